"""CPU time of the simulated cell: ``python benchmarks/simulated_cell.py``."""

import time

from solidcell.drivers.clock import JumpClock
from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.front_end import FrontEnd
from solidcell.drivers.simulated.network import OPEN, Drive
from solidcell.drivers.simulated.presets import LLZO, PRESETS, Material
from solidcell.drivers.simulated.rig import Rig

HOUR_S = 3600.0


def stepwise_current_test(of: Material, hours: float, step_s: float) -> tuple[int, float]:
    """Run half-cycles of 30 min, rests of 5 min, from 0.05 mA/cm2 on; steps and CPU seconds."""
    cell = SymmetricCell(of, seed=1)
    start_s, steps, density_a_m2 = time.process_time(), 0, 0.5
    while cell.time_s < hours * HOUR_S:
        for sign in (1, -1):
            drive = Drive("current", sign * density_a_m2 * cell.area_m2, limit=5.0)
            for now, duration_s in ((drive, 1800.0), (OPEN, 300.0)):
                for _ in range(int(duration_s / step_s)):
                    cell.advance(step_s, now)
                    steps += 1
        density_a_m2 += 0.5
    return steps, time.process_time() - start_s


def sampled_through_front_end(of: Material, hours: float, period_s: float) -> tuple[int, float]:
    """Read a cell under constant current through the front end; readings and CPU seconds."""
    front_end = FrontEnd(SymmetricCell(of, seed=1))
    start_s = time.process_time()
    front_end.drive_current(0.0, 1e-4, 5.0)
    readings = int(hours * HOUR_S / period_s)
    for number in range(readings):
        front_end.measure(number * period_s, 1e-3)
    return readings, time.process_time() - start_s


def through_a_rig(of: Material, hours: float, ramp_k_s: float | None) -> tuple[int, float]:
    """Read one of two instruments once a second; with ``ramp_k_s`` in an oven that warms."""
    rig = Rig([SymmetricCell(of, seed=1)], JumpClock())
    source, _ = rig.front_end(), rig.front_end()
    source.drive_current(0.0, 1e-4, 5.0)
    if ramp_k_s is not None:
        rig.oven.set_ramp(0.0, ramp_k_s)
        rig.oven.set_setpoint(0.0, rig.oven.ambient_k + hours * HOUR_S * ramp_k_s)
        rig.oven.switch(0.0, True)
    start_s = time.process_time()
    readings = int(hours * HOUR_S)
    for at_s in range(readings):
        source.measure(float(at_s), 1e-3)
    return readings, time.process_time() - start_s


def main() -> None:
    for of in PRESETS:
        steps, cpu_s = stepwise_current_test(of, hours=10, step_s=10)
        assert cpu_s < 2, f"10 h of {of.name} took {cpu_s:.2f} s of CPU"
        print(f"{of.name:11} 10 h in {steps} steps of 10 s: {cpu_s:.2f} s", end="")
        print(f" ({cpu_s / steps * 1e6:.0f} us a step)", end="; ")
        readings, cpu_s = sampled_through_front_end(of, hours=20, period_s=1)
        print(f"20 h in {readings} readings: {cpu_s:.2f} s ({cpu_s / readings * 1e6:.0f} us each)")
    for name, ramp_k_s in (("with an oven that is off", None), ("in an oven at 1 K/min", 1 / 60)):
        readings, cpu_s = through_a_rig(LLZO, hours=2, ramp_k_s=ramp_k_s)
        print(f"two instruments {name}: {cpu_s / readings * 1e6:.0f} us a reading")


if __name__ == "__main__":
    main()
