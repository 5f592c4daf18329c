"""Which readings of a run are the holds of a measurement."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from solidcell.analysis.transport.holds import held_voltages


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
