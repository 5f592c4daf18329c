"""How fast the hot paths are, in processor time of one core.

    python benchmarks/throughput.py

Printed beside each figure: what a run at one reading a second needs of it.
"""

import time
from collections.abc import Callable

import numpy as np
from solidcell.analysis.critical_current import CellWatch
from solidcell.analysis.impedance import Spectrum, fit, parse_circuit
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.methodscript.potentiostat import MethodScriptPotentiostat
from solidcell.drivers.methodscript.readings import reading
from solidcell.drivers.methodscript.stream import StreamDecoder
from solidcell.drivers.readings import Reading
from solidcell.drivers.segments import Galvanostatic
from solidcell.drivers.simulated.cell_file import load_front_end
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from solidcell.drivers.simulated.serve import InProcessLink

BURST = b"Peb80186A0u;ab7FB6C59u,14,204;ba8000800n,10,212\n" * 20_000
SEGMENT = Galvanostatic(current_a=1e-4, duration_s=20_000.0, voltage_min_v=-5.0, voltage_max_v=5.0)


def cpu_s(job: Callable[[], object]) -> float:
    began = time.process_time()
    job()
    return time.process_time() - began


def decode() -> None:
    decoder = StreamDecoder()
    for item in decoder.feed(b"e\nM000A\n" + BURST):
        if type(item).__name__ == "Package":
            reading(item)


def drive_twin() -> None:
    clock = JumpClock()
    twin = MethodScriptTwin(load_front_end("lpscl"), clock, model="nexus")
    device = MethodScriptPotentiostat(InProcessLink(twin, clock), clock=clock)
    device.connect()
    for _ in device.perform(SEGMENT):
        pass


def judge() -> None:
    watch = CellWatch(0.785e-4, 8e-4, 0.3)
    watch.begin_half_cycle(10.0, 20_000.0)
    for n in range(20_000):
        watch.see(Reading(float(n), 0.05, 7.85e-4))


def fit_three_arcs() -> None:
    circuit = parse_circuit("p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)-CPE4")
    values = [3e3, 2e-11, 0.97, 6e3, 5e-9, 0.9, 1e3, 2e-6, 0.85, 5e-6, 0.9]
    frequency_hz = np.logspace(np.log10(7e6), -1, 60)
    rng = np.random.default_rng(1)
    for _ in range(20):
        z = circuit.impedance_ohm(frequency_hz, values)
        noise = rng.normal(size=(2, 60)) * 0.01
        fit(circuit, Spectrum(frequency_hz, z + np.abs(z) * (noise[0] + 1j * noise[1])))


def main() -> None:
    print(f"decode and convert    {20_000 / cpu_s(decode):9,.0f} packages/s")
    print(f"twin, driver and cell {20_000 / cpu_s(drive_twin):9,.0f} readings/s")
    print(f"judge a reading       {cpu_s(judge) / 20_000 * 1e6:9.1f} µs")
    print(f"fit three arcs + CPE  {cpu_s(fit_three_arcs) / 20 * 1e3:9.1f} ms a spectrum, no start")


if __name__ == "__main__":
    main()
