"""One conversation with one instrument on a byte stream: whether its answers can be believed.

After an answer that is none, or no answer, whatever arrives later may belong to an earlier
question. The session then counts as lost: everything is refused until ``connect`` has found the
instrument again on a link that was opened anew, after a pause in which what was still under way
has arrived and is thrown away. Only ``make_safe`` tries by itself to reach it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .capabilities import OutputState
from .clock import Clock
from .errors import BadReplyError, DriverError, LinkLostError, WrongInstrumentError
from .link import ByteLink

_PIECES_AT_MOST = 64  # of what was still under way; more than that is a line that never is quiet


class ByteSession:
    """What a driver on a ``ByteLink`` does besides its own commands.

    ``name`` is how errors call the instrument; ``settle_s`` is how long, on ``clock``, the line is
    left alone after it was opened anew. ``speaks_unasked``: it is never quiet then.
    """

    def __init__(
        self,
        link: ByteLink,
        clock: Clock,
        *,
        name: str,
        settle_s: float,
        speaks_unasked: bool = False,
    ) -> None:
        self.link = link
        self._speaks_unasked = speaks_unasked
        self._clock, self._name, self._settle_s = clock, name, settle_s
        self._lost = ""
        self._was_met = False

    @property
    def is_lost(self) -> bool:
        """Whether nothing is believed any more until ``connect``."""
        return bool(self._lost)

    def connect(self, greet: Callable[[], OutputState]) -> OutputState:
        """Do ``greet``, which asks who is there and switches nothing; return what it found.

        What fails is tried once more on a link that was opened anew.
        """
        if not self._lost:
            try:
                return self._greeted(greet)
            except (BadReplyError, LinkLostError) as error:
                self.lose(error)
            except WrongInstrumentError as error:
                self.lose(error)  # so that nothing is switched on it
                raise
        try:
            self._reopen()
            return self._greeted(greet)
        except DriverError as error:
            self.lose(error)
            raise

    def _greeted(self, greet: Callable[[], OutputState]) -> OutputState:
        output = greet()
        self._lost, self._was_met = "", True
        return output

    @contextmanager
    def conversation(self) -> Iterator[None]:
        """After an answer that is none, or no answer, believe nothing until ``connect``."""
        if self._lost:
            raise LinkLostError(
                f"the state of the {self._name} is unknown since {self._lost}: connect again"
            )
        if not self._was_met:
            raise DriverError(f"the {self._name} is not connected yet")
        try:
            yield
        except (BadReplyError, LinkLostError) as error:
            self.lose(error)
            raise

    def lose(self, error: DriverError) -> None:
        """Believe nothing any more: whatever comes may be the answer to an earlier question."""
        self._lost = str(error)
        self.link.close()

    def make_safe(self, switch_off: Callable[[], None], meet: Callable[[], object]) -> None:
        """Do ``switch_off``, and again on a new link if the present one is dead or silent.

        On a new link ``meet`` comes first: it raises ``WrongInstrumentError`` for another
        instrument than before, which is left alone. The session stays lost afterwards if it was.
        """
        if not self._lost:
            try:
                switch_off()
                return
            except (BadReplyError, LinkLostError) as error:
                self.lose(error)
        self._reopen()
        meet()
        switch_off()

    def close(self) -> None:
        """Release the link; the instrument stays as it is. May be called twice."""
        self._lost = self._lost or "the link was closed"
        self.link.close()

    def _reopen(self) -> None:
        self.link.reopen()
        self._clock.sleep_until(self._clock.now_s() + self._settle_s)
        for _ in range(_PIECES_AT_MOST):
            if not self.link.read(0.0) or self._speaks_unasked:
                return
        raise LinkLostError(f"the line of the {self._name} is never quiet; its state is unknown")
