"""What a record says of temperature and of auxiliary lines, as the analysis takes it."""

import numpy as np
import pytest
from solidcell.acquisition.record.rows import AuxiliaryReading, ImpedancePoint, RunHeader
from solidcell.analysis.row_digest import row_digest
from solidcell.analysis.run_rows import RunSegment, sweeps_of, traces_of

SWEEP = RunSegment(
    number=1,
    kind="ImpedanceSweep",
    name="impedance",
    settings={},
    tags={},
    start_s=0.0,
    end="completed",
    detail="",
    duration_s=30.0,
)


def points(*temperatures_k):
    return [
        ImpedancePoint(
            seq=n + 1,
            segment=1,
            elapsed_s=10.0 * n,
            frequency_hz=10.0 ** (3 - n),
            z_real_ohm=100.0,
            z_imag_ohm=-1.0,
            flags=0,
            temperature_k=kelvin,
        )
        for n, kelvin in enumerate(temperatures_k)
    ]


def test_a_spectrum_is_as_warm_as_its_points_were_and_says_by_how_much_they_moved():
    (sweep,) = sweeps_of([SWEEP], points(300.0, 301.0, 303.0), np.array([]), np.array([]))
    assert sweep.temperature_k == 301.0
    assert sweep.temperature_span_k == 3.0


def test_where_the_points_do_not_tell_the_readings_before_them_do():
    time_s, kelvin = np.array([-2.0, -1.0]), np.array([290.0, 291.0])
    (sweep,) = sweeps_of([SWEEP], points(None, None), time_s, kelvin)
    assert sweep.temperature_k == 290.5
    assert sweep.temperature_span_k is None


def test_auxiliary_lines_are_kept_apart_by_name_and_in_their_unit():
    rows = [
        AuxiliaryReading(seq=1, elapsed_s=0.0, name="oven", value=300.0, unit="K"),
        AuxiliaryReading(seq=2, elapsed_s=0.5, name="humidity", value=0.1, unit="1"),
        AuxiliaryReading(seq=3, elapsed_s=1.0, name="oven", value=301.0, unit="K"),
    ]
    traces = traces_of(rows)
    assert traces["oven"].value.tolist() == [300.0, 301.0]
    assert traces["oven"].time_s.tolist() == [0.0, 1.0]
    assert traces["humidity"].unit == "1"


HEADER = RunHeader(
    run_id="r",
    created_utc="2026-01-01T00:00:00+00:00",
    channel="A1",
    software_version="1",
    cell={},
    cell_text="",
    protocol={},
    protocol_text="",
    bench={},
    bench_text="",
    clock_speed=1.0,
    host="h",
    boot_id="b",
    operator="o",
)


@pytest.mark.parametrize("more", ["a temperature", "an auxiliary reading"])
def test_the_hash_tells_what_was_measured_beside_and_is_the_old_one_where_nothing_was(more):
    readings = {"seq": np.array([1]), "voltage_v": np.array([0.1])}
    bare = row_digest(HEADER, (), readings, points(None), ())
    assert bare == "9a60acb53fe649a292c291b28ee3c2e5aa9e95e385766c446333f7a30798f6f6"
    reading = AuxiliaryReading(seq=2, elapsed_s=0.0, name="oven", value=300.0, unit="K")
    if more == "a temperature":
        assert row_digest(HEADER, (), readings, points(300.0), ()) != bare
    else:
        assert row_digest(HEADER, (), readings, points(None), (), [reading]) != bare
