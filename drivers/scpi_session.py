"""One conversation with one SCPI instrument: who it is, and whether its answers can be believed.

After an answer that is none, or no answer, whatever arrives later may belong to an earlier
question. The session then counts as lost: everything is refused until ``connect`` has found the
same instrument again on a new link. Only ``make_safe`` tries by itself to reach it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .capabilities import Identity, OutputState
from .errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    LinkLostError,
    WrongInstrumentError,
)
from .link import TextLink

ERRORS_AT_MOST = 1000


def _forget_nothing() -> None:
    return None


class ScpiSession:
    """What every SCPI driver does on its link besides its own commands.

    ``recognise`` reads the answer to ``*IDN?`` or raises ``WrongInstrumentError``. ``forget`` is
    called whenever what the driver has set and confirmed may no longer hold. ``name`` is how
    errors call the instrument, ``error_query`` takes the oldest entry off its error queue; it is
    empty for an instrument that has none. ``identity_query`` must be the link's, too.
    """

    def __init__(
        self,
        link: TextLink,
        recognise: Callable[[str], Identity],
        *,
        name: str,
        forget: Callable[[], None] = _forget_nothing,
        error_query: str = ":SYST:ERR?",
        identity_query: str = "*IDN?",
    ) -> None:
        self.link = link
        self._read_identity, self._name, self._forget = recognise, name, forget
        self._error_query, self._identity_query = error_query, identity_query
        self._identity: Identity | None = None
        self._lost = ""

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``."""
        if self._identity is None:
            raise DriverError(f"the {self._name} is not connected yet")
        return self._identity

    @property
    def is_lost(self) -> bool:
        """Whether nothing is believed any more until ``connect``."""
        return bool(self._lost)

    def connect(self, greet: Callable[[Identity], OutputState]) -> OutputState:
        """Ask who is there, do ``greet``, ask again; return the output that it found.

        ``greet`` reads the state of the instrument and switches nothing. What fails is tried once
        more on a new link. Raises ``WrongInstrumentError`` for another instrument than before.
        """
        try:
            output = self._greet(greet)
        except (BadReplyError, LinkLostError):
            self.link.close()
            output = self._greet_again(greet)
        except WrongInstrumentError as error:
            self._lost = str(error)  # so that nothing is switched on it
            raise
        self._lost = ""
        return output

    def _greet_again(self, greet: Callable[[Identity], OutputState]) -> OutputState:
        try:
            return self._greet(greet)
        except DriverError as error:
            self._lost = str(error)
            raise

    def _greet(self, greet: Callable[[Identity], OutputState]) -> OutputState:
        self._forget()
        identity = self.recognise()
        output = greet(identity)
        if self.recognise() != identity:
            raise BadReplyError(f"two answers to who is there; the first was {identity}")
        self._identity = identity
        return output

    def recognise(self) -> Identity:
        """Ask who is there. Raises ``WrongInstrumentError`` if it is not who it was before."""
        identity = self._read_identity(self.link.query(self._identity_query))
        if self._identity and self._identity.serial != identity.serial:
            raise WrongInstrumentError(
                f"serial number {identity.serial!r} answers where {self._identity.serial!r} did "
                "before"
            )
        return identity

    @contextmanager
    def conversation(self) -> Iterator[None]:
        """After an answer that is none, or no answer, believe nothing until ``connect``.

        Refuses with ``DriverError`` before the first ``connect``, with ``LinkLostError`` later.
        """
        if self._lost:
            raise LinkLostError(
                f"the state of the {self._name} is unknown since {self._lost}: connect again"
            )
        if self._identity is None:
            raise DriverError(f"the {self._name} is not connected yet")
        try:
            yield
        except (BadReplyError, LinkLostError) as error:
            self.lose(error)
            raise

    def lose(self, error: DriverError) -> None:
        """Believe nothing any more: whatever comes may be the answer to an earlier question."""
        self._lost = str(error)
        self._forget()
        self.link.close()

    def make_safe(self, switch_off: Callable[[], None]) -> None:
        """Do ``switch_off``, on a new link if the present one is dead or gives no answer.

        Another instrument than before is left alone: ``WrongInstrumentError``.
        """
        if not self._lost:
            try:
                switch_off()
                return
            except (BadReplyError, LinkLostError) as error:
                self.lose(error)
        try:
            self.recognise()
        except (BadReplyError, LinkLostError):
            self.link.close()
            self.recognise()
        switch_off()

    def close(self) -> None:
        """Release the link; the instrument stays as it is. May be called twice."""
        self.link.close()

    def raise_errors(self) -> None:
        """Raise ``InstrumentFaultError`` with everything that the error queue holds."""
        if errors := self.drain_errors():
            raise InstrumentFaultError("; ".join(errors))

    def drain_errors(self) -> list[str]:
        """Empty the error queue and return its entries, oldest first."""
        errors: list[str] = []
        while self._error_query and len(errors) < ERRORS_AT_MOST:
            reply = self.link.query(self._error_query)
            number, comma, _ = reply.partition(",")
            if not (comma and re.fullmatch(r"[+-]?\d+", number)):
                raise BadReplyError(f"expected an error's number and text, got {reply!r}")
            if int(number) == 0:
                break
            errors.append(reply)
        return errors


def require_same(name: str, asked: float, got: float, unit: str) -> None:
    """Raise ``InstrumentFaultError`` unless what is in force is what was asked for, to 0.1 %."""
    if not abs(got - asked) <= 1e-3 * abs(asked):
        raise InstrumentFaultError(
            f"{name}: {asked:g} {unit} was asked for and {got:g} {unit} is in force"
        )


def identity_in(reply: str, manufacturer: str, model: str) -> Identity:
    """Return who answered ``*IDN?``: serial number and firmware are its third and fourth field.

    >>> identity_in("KEITHLEY INSTRUMENTS,MODEL 2450, 04400001,1.7.12b ", "KEITHLEY", "2450").serial
    '04400001'
    """
    serial, firmware = ([field.strip() for field in reply.split(",")[2:]] + ["", ""])[:2]
    return Identity(manufacturer=manufacturer, model=model, serial=serial, firmware=firmware)
