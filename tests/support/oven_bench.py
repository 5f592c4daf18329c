"""An oven, its keeper and the runs that want it, all in one process on a clock that leaps."""

from dataclasses import replace

from solidcell.acquisition.instruments.roles import Role
from solidcell.acquisition.instruments.specs import DeviceSpec, OvenSpec
from solidcell.acquisition.ovens.keeper import Keeper
from solidcell.acquisition.ovens.place import OvenPlace
from solidcell.acquisition.ovens.request import Request, place_request, take_back, with_note
from solidcell.acquisition.ovens.state import OvenState
from solidcell.acquisition.ovens.view import view_of
from solidcell.acquisition.processes import this_process
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import LinkLostError
from solidcell.drivers.julabo import Julabo
from solidcell.drivers.simulated.julabo_twin import JulaboTwin
from solidcell.drivers.simulated.oven import SimulatedOven
from solidcell.drivers.simulated.serve import InProcessLink


def oven_spec(address="socket://127.0.0.1:5030", driver="julabo", **changes):
    device = DeviceSpec(role=Role.OVEN, driver=driver, address=address, options={})
    spec = OvenSpec(name="box", device=device, temperature_min_k=253.15, temperature_max_k=373.15)
    return replace(spec, **changes)


class OvenBench:
    """``step`` lets half a second pass and the keeper work; ``view`` is what a run sees."""

    def __init__(self, folder, **changes):
        self.clock, self.oven = JumpClock(), SimulatedOven()
        self.clock.sleep_until(1000.0)
        self.twin = JulaboTwin(self.oven, self.clock)
        self.spec = oven_spec(**changes)
        self.place = OvenPlace.of(self.spec.device.address, folder)
        self.place.write_spec(self.spec)
        self.is_reachable, self.links = True, []
        self.requests = {}
        self.keeper = self.new_keeper()

    def new_keeper(self):
        return Keeper(self.place, self.spec, self._open)

    def _open(self):
        if not self.is_reachable:
            raise LinkLostError("cannot open the port: nobody there")
        self.links.append(InProcessLink(self.twin, self.clock))
        return Julabo(self.links[-1], clock=self.clock)

    def new_device(self):
        """A driver of its own on the same bath, connected."""
        device = Julabo(InProcessLink(self.twin, self.clock), clock=self.clock)
        device.connect()
        return device

    def unplug(self):
        """Cut the wire under the keeper; nobody can be reached until ``is_reachable`` again."""
        self.is_reachable = False
        self.links[-1].write = self.links[-1].reopen = self._broken

    def _broken(self, *_):
        raise LinkLostError("the wire is cut")

    def ask(self, run_id, temperature_k, *, note="", process=None):
        self.clock.sleep_until(self.clock.now_s() + 0.01)
        self.requests[run_id] = Request(
            run_id=run_id,
            temperature_k=temperature_k,
            asked_s=self.clock.now_s(),
            process=process or this_process(),
            note=note,
        )
        place_request(self.place.requests, self.requests[run_id])

    def note(self, run_id, text):
        self.requests[run_id] = with_note(self.requests[run_id], text)
        place_request(self.place.requests, self.requests[run_id])

    def release(self, run_id):
        take_back(self.place.requests, run_id)
        del self.requests[run_id]

    def step(self, seconds=0.5):
        self.clock.sleep_until(self.clock.now_s() + seconds)
        return self.keeper.step(self.clock.now_s())

    def steps(self, count, seconds=0.5):
        return [self.step(seconds) for _ in range(count)][-1]

    def view(self, run_id):
        return view_of(self.state, self.requests.get(run_id), self.clock.now_s(), 1.0)

    @property
    def state(self):
        return OvenState.read(self.place.state_file)
