"""Any other value beside a cell: a thermometer, a multimeter, a humidity sensor; read, never set.

Source: the manual of the gauge at hand, whose line is declared; for SCPI instruments IEEE 488.2
(``*IDN?``) and SCPI-99, volume 2 (``MEASure``, ``READ``, and 9.91e37 for "not a number").
"""

from __future__ import annotations

from typing import Final

from .capabilities import Identity, OutputState
from .clock import Clock
from .errors import WrongInstrumentError
from .gauge_line import NUMBER, LineFormat
from .line_gauge import LineGauge
from .link import TextLink
from .scpi import parse_number
from .scpi_session import ScpiSession
from .serial_link import SerialLink
from .visa_link import VisaLink


class ScpiGauge:
    """A ``Gauge`` behind a text link: one query, whose answer has ``form``."""

    def __init__(self, link: TextLink, *, form: LineFormat, query: str) -> None:
        self._form, self._query = form, query
        self._session = ScpiSession(link, _recognised, name="gauge")

    def connect(self) -> OutputState:
        """Read who is there and one value; always ``OutputState.OFF``."""
        return self._session.connect(self._greet)

    def _greet(self, _: Identity) -> OutputState:
        self._value()
        return OutputState.OFF

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``."""
        return self._session.identity

    @property
    def unit(self) -> str:
        """The SI unit of ``read``."""
        return self._form.si.si_unit

    def read(self) -> float:
        """Ask for one value. Raises ``BadReplyError`` or ``LinkLostError``."""
        with self._session.conversation():
            return self._value()

    def _value(self) -> float:
        line = self._session.link.query(self._query)
        if (found := self._form.pattern.fullmatch(line)) is not None:
            parse_number(found["value"])  # refuses SCPI's "overflow" and "not a number"
        return self._form.value(line)

    def close(self) -> None:
        """Release the link. May be called twice."""
        self._session.close()


def _recognised(answer: str) -> Identity:
    fields = [field.strip() for field in answer.split(",")]
    if len(fields) != 4:
        raise WrongInstrumentError(f"{answer!r} is no identity of four fields")
    maker, model, serial, firmware = fields
    return Identity(manufacturer=maker, model=model, serial=serial, firmware=firmware)


def open_auxiliary_scpi(
    address: str, *, query: str, unit: str, pattern: str = NUMBER, factor: float = 1.0
) -> ScpiGauge:
    """Return an instrument at a VISA address that is yet to be connected.

    Raises ``ValueError`` for a pattern or a unit that is none.
    """
    form = LineFormat.of(pattern, unit, factor=factor)
    return ScpiGauge(VisaLink(address), form=form, query=query)


def open_auxiliary_line(
    address: str,
    *,
    clock: Clock,
    unit: str,
    pattern: str = NUMBER,
    factor: float = 1.0,
    query: str = "",
    identity_query: str = "",
    command_end: str = "crlf",
    decimal_comma: bool = False,
    timeout_s: float = 2.0,
    baud_rate: int = 9600,
    frame: str = "8N1",
) -> LineGauge:
    """Open the port of a gauge that is yet to be connected. Raises ``LinkLostError``.

    Raises ``ValueError`` for a pattern or a unit that is none, before the port is opened.
    """
    form = LineFormat.of(pattern, unit, factor=factor, decimal_comma=decimal_comma)
    return LineGauge(
        SerialLink(address, baud_rate, frame=frame),
        clock=clock,
        form=form,
        name="auxiliary line",
        query=query,
        identity_query=identity_query,
        command_end=command_end,
        timeout_s=timeout_s,
    )


UNVERIFIED: Final = ()
"""Nothing is assumed of a gauge: all of its line is declared."""
