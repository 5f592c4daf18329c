"""Run files for tests."""

from dataclasses import replace

from solidcell.acquisition.record.rows import RunHeader

_HEADER = RunHeader(
    run_id="20260101-120000-A1",
    created_utc="2026-01-01T12:00:00+00:00",
    channel="A1",
    software_version="0.0.0",
    cell={"area_m2": 5e-5},
    cell_text="area_cm2: 0.5\n",
    protocol={"kind": "critical_current"},
    protocol_text="kind: critical_current  # the ramp\n",
    bench={"channel": "A1"},
    bench_text="[channel.A1]\n",
    clock_speed=1.0,
    host="bench",
    boot_id="boot-1",
    operator="ada",
)


def header(**changes) -> RunHeader:
    """A header like that of a real run, with ``changes``."""
    return replace(_HEADER, **changes)
