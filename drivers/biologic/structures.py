"""The records and functions of BioLogic's EClib, as ctypes sees them.

Source: EC-Lab Development Package, unit ``EClib.pas`` (records "aligned on 32 bits", Delphi types,
``stdcall``), checked against two open clients that were run on instruments: the declarations in
pyeclab (MIT) and in PyExpLabSys (GPL, facts only). A Delphi ``boolean`` is one byte.
"""

import ctypes
from ctypes import (
    POINTER,
    c_bool,
    c_char,
    c_char_p,
    c_double,
    c_float,
    c_int32,
    c_uint8,
    c_uint32,
)
from typing import Any, Final

LABEL_BYTES: Final = 64
BUFFER_WORDS: Final = 1000
MESSAGE_BYTES: Final = 256


def _whole(*names: str) -> list[tuple[str, Any]]:
    return [(name, c_int32) for name in names]


def _single(*names: str) -> list[tuple[str, Any]]:
    return [(name, c_float) for name in names]


class DeviceInfos(ctypes.Structure):
    """TDeviceInfos: what ``BL_Connect`` says of the instrument."""

    _pack_ = 4
    _layout_ = "ms"
    _fields_ = _whole(
        "device_code",
        "ram_mb",
        "cpu",
        "channels",
        "slots",
        "firmware",
        "firmware_year",
        "firmware_month",
        "firmware_day",
        "terminal_display",
        "connected_computers",
    )


class ChannelInfos(ctypes.Structure):
    """TChannelInfos: what one channel is."""

    _pack_ = 4
    _layout_ = "ms"
    _fields_ = _whole(
        "channel",
        "board_version",
        "board_serial",
        "firmware_code",
        "firmware",
        "xilinx",
        "amplifier_code",
        "amplifiers",
        "low_current_board",
        "impedance_board",
        "multiplexer_board",
        "ramp_board",
        "memory_bytes",
        "memory_filled_bytes",
        "state",
        "current_range_max",
        "current_range_min",
        "bandwidth_max",
        "techniques",
    )


class CurrentValues(ctypes.Structure):
    """TCurrentValues: what a channel does at this moment."""

    _pack_ = 4
    _layout_ = "ms"
    _fields_ = [
        *_whole("state", "memory_filled_bytes"),
        *_single("timebase_s", "ewe_v", "ewe_min_v", "ewe_max_v", "ece_v", "ece_min_v"),
        *_single("ece_max_v"),
        *_whole("voltage_overflow"),
        *_single("current_a"),
        *_whole("current_range", "current_overflow"),
        *_single("elapsed_s", "frequency_hz", "compensation_ohm"),
        *_whole("saturation", "option_error", "option_position"),
    ]


class DataInfos(ctypes.Structure):
    """TDataInfos: how a buffer of data is to be read."""

    _pack_ = 4
    _layout_ = "ms"
    _fields_ = [
        *_whole("skipped", "rows", "columns", "technique_index", "technique_id"),
        *_whole("process", "loop"),
        ("start_s", c_double),
        *_whole("multiplexer_pad"),
    ]


class EccParam(ctypes.Structure):
    """TEccParam: one parameter of a technique."""

    _pack_ = 4
    _layout_ = "ms"
    _fields_ = [("label", c_char * LABEL_BYTES), *_whole("type", "value", "index")]


class EccParams(ctypes.Structure):
    """TEccParams: all parameters of a technique; handed over by value."""

    _pack_ = 4
    _layout_ = "ms"
    _fields_ = [("count", c_int32), ("first", POINTER(EccParam))]


DataBuffer: Final = c_uint32 * BUFFER_WORDS

_ID, _CHANNEL, _PARAM = c_int32, c_uint8, POINTER(EccParam)
_TEXT: Final = (c_char_p, POINTER(c_uint32))
FUNCTIONS: Final[dict[str, tuple[Any, ...]]] = {
    "BL_GetLibVersion": _TEXT,
    "BL_GetErrorMsg": (c_int32, *_TEXT),
    "BL_Connect": (c_char_p, c_uint8, POINTER(c_int32), POINTER(DeviceInfos)),
    "BL_Disconnect": (_ID,),
    "BL_TestConnection": (_ID,),
    "BL_GetChannelInfos": (_ID, _CHANNEL, POINTER(ChannelInfos)),
    "BL_LoadFirmware": (
        _ID,
        POINTER(c_uint8),
        POINTER(c_int32),
        c_uint8,
        c_bool,
        c_bool,
        c_char_p,
        c_char_p,
    ),
    "BL_DefineBoolParameter": (c_char_p, c_bool, c_int32, _PARAM),
    "BL_DefineSglParameter": (c_char_p, c_float, c_int32, _PARAM),
    "BL_DefineIntParameter": (c_char_p, c_int32, c_int32, _PARAM),
    "BL_LoadTechnique": (_ID, _CHANNEL, c_char_p, EccParams, c_bool, c_bool, c_bool),
    "BL_StartChannel": (_ID, _CHANNEL),
    "BL_StopChannel": (_ID, _CHANNEL),
    "BL_GetCurrentValues": (_ID, _CHANNEL, POINTER(CurrentValues)),
    "BL_GetData": (
        _ID,
        _CHANNEL,
        POINTER(c_uint32),
        POINTER(DataInfos),
        POINTER(CurrentValues),
    ),
    "BL_ConvertNumericIntoSingle": (c_uint32, POINTER(c_float)),
}
"""Every function that is called, with its arguments; each returns an error code as int32."""

BOARD_TYPE: Final = "BL_GetChannelBoardType"
OPTIONAL: Final[dict[str, tuple[Any, ...]]] = {BOARD_TYPE: (_ID, _CHANNEL, POINTER(c_uint32))}
"""What only newer libraries have."""


def declare(library: Any) -> Any:
    """Tell ctypes what every function takes. Raises ``AttributeError`` for one that is missing."""
    for name, arguments in FUNCTIONS.items():
        function = getattr(library, name)
        function.argtypes, function.restype = arguments, c_int32
    for name, arguments in OPTIONAL.items():
        if hasattr(library, name):
            function = getattr(library, name)
            function.argtypes, function.restype = arguments, c_int32
    return library
