"""How a run asks for an oven: a request is a file, and the answer is read from another."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ...drivers.clock import machine_time
from ...drivers.errors import OutOfRangeError
from ..instruments.specs import OvenSpec
from ..processes import this_process
from ..starting.detached import spawn_detached
from .place import OvenPlace
from .request import Request, place_request, take_back, with_note
from .state import OvenState
from .view import OvenView, view_of

KEEPER_COMMAND: Final = (sys.executable, "-m", "solidcell", "_oven")
"""What starts a keeper; the folder of the oven's place comes behind it."""
START_AGAIN_S: Final = 10.0
"""How long a keeper may take before another one is started in its place."""


class OvenClient:
    """One run before one oven. Making one touches nothing.

    ``folder`` holds the places of all ovens, ``command`` starts a keeper.
    """

    def __init__(
        self,
        oven: OvenSpec,
        *,
        run_id: str,
        folder: Path | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        self._oven, self._run_id = oven, run_id
        self._place = OvenPlace.of(oven.device.address, folder)
        self._command = KEEPER_COMMAND if command is None else tuple(command)
        self._request: Request | None = None
        self._started_s: float | None = None

    def check(self, temperature_k: float) -> None:
        """Raise ``OutOfRangeError`` for a temperature that the bench does not allow."""
        low_k, high_k = self._oven.temperature_min_k, self._oven.temperature_max_k
        if not low_k <= temperature_k <= high_k:
            raise OutOfRangeError(
                f"oven {self._oven.name}: {temperature_k:.2f} K is outside the limits of the bench "
                f"[{low_k:.2f}, {high_k:.2f}] K"
            )

    def ask(self, temperature_k: float, *, note: str = "") -> None:
        """Ask for a temperature, in place of any asked for before; does not wait.

        Starts the keeper if none is there. Raises ``OutOfRangeError``.
        """
        self.check(temperature_k)
        self._want(temperature_k, note)

    def watch(self) -> None:
        """See the oven's temperature and ask for none: nothing is set for this run.

        Takes back what was asked for before. Starts the keeper if none is there.
        """
        self._want(None, "")

    def _want(self, temperature_k: float | None, note: str) -> None:
        request = Request(
            run_id=self._run_id,
            temperature_k=temperature_k,
            asked_s=machine_time().passed_s,
            process=this_process(),
            note=note,
        )
        place_request(self._place.requests, request)
        self._request = request
        self._keep_kept(OvenState.read(self._place.state_file))

    def note(self, text: str) -> None:
        """Tell those who wait what this run is about; nothing if it asks for nothing."""
        if self._request is not None and self._request.note != text:
            self._request = with_note(self._request, text)
            place_request(self._place.requests, self._request)

    def look(self) -> OvenView:
        """Say how it stands. A keeper that died is replaced while this run asks for something."""
        state = OvenState.read(self._place.state_file)
        if self._request is not None:
            self._keep_kept(state)
        now_s = machine_time().passed_s
        return view_of(state, self._request, now_s, self._oven.clock_speed)

    def release(self) -> None:
        """Ask for nothing any more. May be called twice."""
        if self._request is not None:
            take_back(self._place.requests, self._run_id)
            self._request = None

    def close(self) -> None:
        """Release the oven. May be called twice."""
        self.release()

    def _keep_kept(self, state: OvenState | None) -> None:
        now_s = machine_time().passed_s
        if state is not None and state.is_kept:
            return
        if self._started_s is not None and now_s - self._started_s < START_AGAIN_S:
            return
        self._started_s = now_s
        self._place.write_spec(self._oven)
        try:
            spawn_detached([*self._command, str(self._place.path)], self._place.log_file)
        except ProcessLookupError:
            return  # it has ended already: another one was faster, or the log says why
