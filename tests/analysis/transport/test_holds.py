"""Which readings of a run are the holds of a measurement."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from solidcell.analysis.transport.holds import (
    NOT_OF_THIS_RANGE,
    held_in_table,
    held_voltages,
    marked_words,
)
from solidcell.drivers.readings import Flag


def run_of(*tags):
    """Segments of 20 readings at 0.5 V each, one a second, 100 s between them."""
    begins = 120.0 * np.arange(len(tags))
    time_s = (begins[:, None] + np.arange(1.0, 21.0)).ravel()
    segments = [
        SimpleNamespace(
            number=k,
            kind="Potentiostatic",
            is_of_a_pause=False,
            start_s=begins[k],
            tags=each,
            settings={"voltage_v": 0.5},
        )
        for k, each in enumerate(tags)
    ]
    return SimpleNamespace(
        path=Path("pellet.run.sqlite"),
        segments=segments,
        time_s=time_s,
        voltage_v=np.full(time_s.size, 0.5),
        current_a=np.full(time_s.size, 1e-8),
        temperature_k=np.full(time_s.size, 298.15),
        stack_pressure_pa=np.full(time_s.size, np.nan),
        flags=np.zeros(time_s.size, dtype=np.int64),
        readings_of=lambda number: slice(20 * number, 20 * number + 20),
    )


def test_holds_of_another_measurement_are_none_of_this_one():
    run = run_of({"measurement": "bruce_vincent", "phase": "hold"})
    assert len(held_voltages(run, "bruce_vincent")) == 1
    with pytest.raises(ValueError, match="holds no dc polarisation"):
        held_voltages(run, "dc_polarisation")


def test_holds_without_tags_are_anybodys():
    assert len(held_voltages(run_of({}), "dc_polarisation")) == 1


def test_the_time_between_two_segments_of_one_hold_is_stated():
    own = {"measurement": "dc_polarisation", "phase": "hold", "set_voltage_v": 0.5}
    (held,) = held_voltages(run_of(own, own), "dc_polarisation")
    assert held.time_s.size == 40
    assert held.gap_s == pytest.approx(101.0)


def test_what_a_table_leaves_out_between_two_holds_does_not_count_as_held(tmp_path):
    path = tmp_path / "holds.csv"
    rows = [(t, 0.2, 1e-8) for t in (2, 7, 12)] + [(t, 0.5, 2e-8) for t in (1000, 1005, 1010)]
    rows += [(t, 1.0, 3e-8) for t in (1013, 1018)]
    lines = ["time_s,voltage_v,current_a", *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    first, second, third = held_in_table(path)
    assert first.time_s.tolist() == [2, 7, 12]
    assert second.time_s.tolist() == [5, 10, 15]
    assert third.time_s.tolist() == [3, 8]


def test_readings_of_another_range_are_no_part_of_a_hold():
    own = {"measurement": "dc_polarisation", "phase": "hold", "set_voltage_v": 0.5}
    run = run_of(own, own)
    run.flags[[0, 1, 20]] = Flag.UNDERLOAD
    run.flags[21] = Flag.OVERLOAD
    run.flags[22] = Flag.TIMING  # late, but right
    run.current_a[run.flags & (Flag.OVERLOAD | Flag.UNDERLOAD) > 0] = -9e-7
    (held,) = held_voltages(run, "dc_polarisation")
    assert held.current_a.tolist() == [1e-8] * 36
    assert marked_words([held]) == (
        "readings marked by the instrument as beyond its range, or as too small for it, and left "
        "out: 4",
    )


def test_an_instrument_that_marks_most_readings_keeps_them_all():
    run = run_of({})
    run.flags[:15] = Flag.UNDERLOAD
    (held,) = held_voltages(run, "dc_polarisation")
    assert held.time_s.size == 20
    assert marked_words([held]) == ()


def test_the_marks_are_those_of_the_instruments():
    assert NOT_OF_THIS_RANGE == Flag.OVERLOAD | Flag.UNDERLOAD
