"""EClib's functions as a driver wants them: values in, values out, errors raised.

Source: EC-Lab Development Package, unit ``EClib.pas``. Channels count from 0 here, as they do in
the library. Nothing is remembered but the connection's number.
"""

from collections.abc import Sequence
from ctypes import byref, c_float, c_int32, c_uint8, c_uint32, create_string_buffer
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from ..errors import BadReplyError
from .faults import require
from .structures import (
    BOARD_TYPE,
    BUFFER_WORDS,
    LABEL_BYTES,
    MESSAGE_BYTES,
    ChannelInfos,
    CurrentValues,
    DataBuffer,
    DataInfos,
    DeviceInfos,
    EccParam,
    EccParams,
)

CONNECT_TIMEOUT_S: Final = 5
_SUFFIXES: Final = {"VMP3": "", "SP-300": "4"}
_KERNELS: Final = {"VMP3": "kernel.bin", "SP-300": "kernel4.bin"}
_GATE_ARRAYS: Final = {"VMP3": "Vmp_ii_0437_a6.xlx", "SP-300": "Vmp_iv_0395_aa.xlx"}

Value: TypeAlias = bool | int | float


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a technique: a float is sent as a single, a bool as a boolean."""

    label: str
    value: Value
    index: int = 0


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique's file, without series and suffix, its number, and its parameters."""

    stem: str
    number: int
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of raw words that came together, of the technique that was loaded as number ``index``.

    ``skipped`` counts what the instrument lost.
    """

    technique: int
    index: int
    process: int
    columns: int
    words: tuple[int, ...]
    start_s: float
    skipped: int

    @property
    def rows(self) -> list[tuple[int, ...]]:
        """The words, row by row."""
        width = self.columns or 1
        return [self.words[at : at + width] for at in range(0, len(self.words), width)]


class Eclib:
    """One connection to one instrument. ``library`` is what ``load_library`` gave."""

    def __init__(self, library: Any, folder: Path) -> None:
        self._library, self._folder = library, folder
        self._id = c_int32(-1)
        self.is_connected = False

    def version(self) -> str:
        """The library's own version."""
        return self._text("BL_GetLibVersion")

    def connect(self, address: str) -> DeviceInfos:
        """Connect anew, and say to what."""
        self.disconnect()
        infos = DeviceInfos()
        arguments = (address.encode("ascii"), CONNECT_TIMEOUT_S, byref(self._id), byref(infos))
        self._call("BL_Connect", *arguments)
        self.is_connected = True
        return infos

    def disconnect(self) -> None:
        """Let the instrument go; what a channel does goes on. May be called twice."""
        if self.is_connected:
            self.is_connected = False
            self._library.BL_Disconnect(self._id)

    def channel_infos(self, channel: int) -> ChannelInfos:
        """Ask what a channel is."""
        infos = ChannelInfos()
        self._call("BL_GetChannelInfos", self._id, channel, byref(infos))
        return infos

    def board_type(self, channel: int) -> int | None:
        """Ask for the type of a channel's board; ``None`` from a library that is too old."""
        if not hasattr(self._library, BOARD_TYPE):
            return None
        board = c_uint32()
        self._call(BOARD_TYPE, self._id, channel, byref(board))
        return board.value

    def load_kernel(self, channel: int, series: str) -> None:
        """Load the kernel into one channel, which stops whatever the channel does."""
        channels = (c_uint8 * 16)()
        channels[channel] = 1
        results = (c_int32 * 16)()
        kernel = str(self._folder / _KERNELS[series]).encode()
        gates = str(self._folder / _GATE_ARRAYS[series]).encode()
        self._call("BL_LoadFirmware", self._id, channels, results, 16, False, True, kernel, gates)
        require(results[channel], "BL_LoadFirmware", self._message)

    def load(self, channel: int, techniques: Sequence[Technique], series: str) -> None:
        """Load techniques, which are carried out one after the other once the channel starts."""
        for at, technique in enumerate(techniques):
            file = self._folder / f"{technique.stem}{_SUFFIXES[series]}.ecc"
            parameters = self._parameters(technique.parameters)
            self._call(
                "BL_LoadTechnique",
                self._id,
                channel,
                str(file).encode(),
                EccParams(len(parameters), parameters),
                at == 0,
                at == len(techniques) - 1,
                False,
            )

    def start(self, channel: int) -> None:
        """Begin with what is loaded."""
        self._call("BL_StartChannel", self._id, channel)

    def stop(self, channel: int) -> None:
        """Stop a channel, which opens its cell."""
        self._call("BL_StopChannel", self._id, channel)

    def now(self, channel: int) -> CurrentValues:
        """Ask what a channel does at this moment."""
        values = CurrentValues()
        self._call("BL_GetCurrentValues", self._id, channel, byref(values))
        return values

    def data(self, channel: int) -> tuple[Block, CurrentValues]:
        """Fetch what has been measured since the last time.

        Raises ``BadReplyError`` for more than the buffer holds.
        """
        words, infos, values = DataBuffer(), DataInfos(), CurrentValues()
        self._call("BL_GetData", self._id, channel, words, byref(infos), byref(values))
        count = infos.rows * infos.columns
        if not (0 <= infos.rows <= BUFFER_WORDS and 0 <= count <= BUFFER_WORDS):
            raise BadReplyError(
                f"BL_GetData announced {infos.rows} rows of {infos.columns} columns; its buffer "
                f"holds {BUFFER_WORDS} words"
            )
        block = Block(
            technique=infos.technique_id,
            index=infos.technique_index,
            process=infos.process,
            columns=infos.columns,
            words=tuple(words[:count]),
            start_s=infos.start_s,
            skipped=infos.skipped,
        )
        return block, values

    def single(self, word: int) -> float:
        """Read a raw word as the number that it stands for."""
        value = c_float()
        self._call("BL_ConvertNumericIntoSingle", word, byref(value))
        return value.value

    def _parameters(self, parameters: Sequence[Parameter]) -> Any:
        records = (EccParam * len(parameters))()
        for record, parameter in zip(records, parameters, strict=True):
            self._define(record, parameter)
        return records

    def _define(self, record: EccParam, parameter: Parameter) -> None:
        names = {
            bool: "BL_DefineBoolParameter",
            int: "BL_DefineIntParameter",
            float: "BL_DefineSglParameter",
        }
        label = parameter.label.encode("ascii")
        if len(label) >= LABEL_BYTES:
            raise ValueError(f"{parameter.label!r} is longer than {LABEL_BYTES - 1} letters")
        name = names[type(parameter.value)]
        self._call(name, label, parameter.value, parameter.index, byref(record))

    def _call(self, name: str, *arguments: Any) -> None:
        require(getattr(self._library, name)(*arguments), name, self._message)

    def _message(self, code: int) -> str:
        return self._text("BL_GetErrorMsg", code)

    def _text(self, name: str, *first: Any) -> str:
        text, size = create_string_buffer(MESSAGE_BYTES), c_uint32(MESSAGE_BYTES)
        if getattr(self._library, name)(*first, text, byref(size)):
            return ""
        return text.value.decode("latin-1").strip()
