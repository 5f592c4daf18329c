"""One run of 3 columns by a chosen program, in a process that a benchmark can freeze and watch.

    python benchmarks/record_writers.py {solidcell|pymeasure|qcodes} FOLDER RATE_HZ ROWS

RATE_HZ 0 is as fast as it goes. On standard output: a line with the number of rows that the
program has acknowledged whenever that has grown, and at last a JSON object: how long the sampler
waited for each row, in ms, how long all took, in s, and what the program says it has ended as.
A row is ``time.monotonic()``, a voltage and a current. What the peers "acknowledge" is a row that
they have taken without an error: they promise nothing more.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Put = Callable[[float, float, float], object]
Loop = Callable[[Put, Callable[[int], int], Callable[[], object]], None]


def main() -> None:
    name, folder, rate_hz, rows = sys.argv[1:5]
    sampler = Sampler(float(rate_hz), int(rows))
    status = WRITERS[name](Path(folder), sampler)
    took_s = time.perf_counter() - sampler.began_s
    print(json.dumps(sampler.summary() | {"took_s": took_s, "status": status}), flush=True)
    os._exit(0)  # a program that hangs on its way out has still told its story


class Sampler:
    """Takes rows at a rate and hands each over, as an instrument loop would."""

    def __init__(self, rate_hz: float, rows: int) -> None:
        self._rate_hz, self._rows = rate_hz, rows
        self._waits_ms: list[float] = []
        self.began_s = 0.0
        self._cpu_s = 0.0

    def run(self, put: Put, acknowledged: Callable[[int], int]) -> None:
        self.began_s = time.perf_counter()
        cpu_s, told, number = time.process_time(), 0, 0
        for number in range(self._rows):
            self._wait_for(number)
            began_s = time.perf_counter()
            put(time.monotonic(), number * 1e-3, 1e-3)
            self._waits_ms.append((time.perf_counter() - began_s) * 1e3)
            if (count := acknowledged(number + 1)) > told and self._rate_hz:
                told = count
                os.write(1, b"%d\n" % told)
        self._cpu_s = time.process_time() - cpu_s

    def summary(self) -> dict[str, Any]:
        waits = sorted(self._waits_ms)
        return {
            "rows": len(waits),
            "wait_median_ms": statistics.median(waits),
            "wait_p99_ms": waits[int(len(waits) * 0.99)],
            "wait_worst_ms": waits[-1],
            "cpu_us_per_row": self._cpu_s / len(waits) * 1e6,
        }

    def _wait_for(self, number: int) -> None:
        if not self._rate_hz:
            return
        left_s = self.began_s + number / self._rate_hz - time.perf_counter()
        if left_s > 0:
            time.sleep(left_s)


def solidcell(folder: Path, sampler: Sampler) -> str:
    from solidcell.acquisition.record.errors import RecordError
    from solidcell.acquisition.record.rows import RunHeader
    from solidcell.acquisition.record.writer import QUEUE_ROWS, RunWriter

    texts = [name for name in RunHeader.__annotations__ if name != "clock_speed"]
    header: Any = RunHeader(**dict.fromkeys(texts, ""), clock_speed=1.0)
    try:
        with RunWriter.create(folder / "a.run.sqlite", header) as writer:
            rate_hz = sampler._rate_hz
            writer.pace(1 / rate_hz if rate_hz else 0.0)

            def put(t: float, v: float, i: float) -> None:
                writer.reading(0, t, v, i)
                if not rate_hz and writer.last_seq - writer.acknowledged_seq > QUEUE_ROWS // 2:
                    writer.commit()

            sampler.run(put, lambda _: writer.acknowledged_seq)
    except RecordError as error:
        return f"failed: {error}"
    return "finished"


def pymeasure(folder: Path, sampler: Sampler) -> str:
    from pymeasure.experiment import Procedure, Results, Worker

    class Run(Procedure):
        DATA_COLUMNS = ["t", "V", "I"]  # noqa: RUF012

        def execute(self) -> None:
            sampler.run(
                lambda t, v, i: self.emit("results", {"t": t, "V": v, "I": i}), lambda taken: taken
            )

    worker = Worker(Results(Run(), str(folder / "a.csv")))
    worker.start()
    worker.join(timeout=60)
    return ["finished", "failed", "aborted", "queued", "running"][worker.procedure.status]


def qcodes(folder: Path, sampler: Sampler) -> str:
    import qcodes

    qcodes.initialise_or_create_database_at(str(folder / "a.db"))
    qcodes.load_or_create_experiment("benchmark", sample_name="none")
    run = qcodes.Measurement()
    parameters = {name: qcodes.ManualParameter(name) for name in ("t", "V", "I")}
    run.register_parameter(parameters["t"])
    for name in ("V", "I"):
        run.register_parameter(parameters[name], setpoints=(parameters["t"],))
    try:
        with run.run() as saver:
            sampler.run(
                lambda t, v, i: saver.add_result(*zip(parameters.values(), (t, v, i), strict=True)),
                lambda taken: taken,
            )
    except Exception as error:  # noqa: BLE001  whatever it is, it is what the program says
        return f"failed: {error}"
    return "finished"


WRITERS = {"solidcell": solidcell, "pymeasure": pymeasure, "qcodes": qcodes}


if __name__ == "__main__":
    main()
