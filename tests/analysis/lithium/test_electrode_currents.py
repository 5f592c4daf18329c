"""Critical currents of stripping and of plating apart: what a cell says, and what a batch does."""

import math
from dataclasses import replace

import numpy as np
import pytest
from solidcell.analysis.critical_current import analyse_critical_current
from solidcell.analysis.critical_current.stripping import StrippingLimit
from solidcell.analysis.lithium.electrode_currents import (
    ElectrodeCurrents,
    electrode_columns,
    electrode_currents,
    electrode_parts,
)
from solidcell.analysis.runs import load_run
from solidcell.analysis.statistics import Observation
from support.prescribed_cell import PrescribedCell
from support.recorded_test import record_test, settings


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The verdict on a cell that bore 0.4 mA/cm², to be changed into others."""
    path = tmp_path_factory.mktemp("sound") / "a.run.sqlite"
    record_test(path, PrescribedCell(), settings((0.2, 0.4), half_cycle_s=120.0))
    return analyse_critical_current(load_run(path))


def limit(electrode, passed, failed, *, by_reference=True):
    return StrippingLimit(
        electrode=electrode,
        passed_ma_cm2=passed,
        failed_ma_cm2=failed,
        evidence="",
        by_reference=by_reference,
    )


def told(sound, failure, passed, failed, *limits, plated=""):
    return electrode_currents(
        replace(
            sound,
            failure=failure,
            passed_ma_cm2=passed,
            failed_ma_cm2=failed,
            plated_electrode=plated,
            stripping=limits,
        )
    )


def test_without_a_reference_electrode_stripping_and_plating_are_not_told_apart(sound) -> None:
    whole = limit("working", 0.2, 0.4, by_reference=False)
    assert told(sound, "contact loss", 0.2, 0.4, whole) is None


def test_a_cell_strips_as_its_weaker_electrode_and_plates_above_what_it_passed(sound) -> None:
    limits = limit("working", 0.4, None), limit("counter", 0.2, 0.6)
    found = told(sound, "contact loss", 0.6, 0.8, *limits)
    assert (found.stripping.low, found.stripping.high) == (0.2, 0.6)
    assert found.plating == Observation.right(0.6)


def test_a_contact_loss_that_no_stripping_announced_bounds_the_stripping_current(sound) -> None:
    found = told(sound, "contact loss", 0.4, 0.6, limit("working", 0.6, None))
    assert (found.stripping.low, found.stripping.high) == (0.4, 0.6)


def test_a_short_is_a_plating_current_only_where_the_plated_electrode_kept_its_contact(sound):
    sure = limit("working", 0.8, None), limit("counter", 0.2, 0.6)
    kept = told(sound, "soft short", 0.8, 1.0, *sure, plated="working")
    assert (kept.plating.low, kept.plating.high) == (0.8, 1.0)
    lost = told(sound, "soft short", 0.8, 1.0, *sure, plated="counter")
    assert lost.plating == Observation.right(0.8)
    assert lost.stripping == kept.stripping


def drawn(median, modulus, random, *, until=math.inf):
    """A cell of a Weibull batch as a ladder of 0.1 mA/cm² sees it, until something ends that."""
    value = median * (-np.log(random.random()) / np.log(2)) ** (1 / modulus)
    if value > until:
        return Observation.right(until)
    step = math.floor(value / 0.1)
    return Observation(round(0.1 * step, 9), round(0.1 * (step + 1), 9))


def test_replicates_give_back_the_median_and_scale_of_stripping_and_of_plating() -> None:
    """The truth is 0.5 (modulus 4) and 1.2 mA/cm² (modulus 6); half of the shorts came too late."""
    random = np.random.default_rng(5)
    cells = [
        (
            f"c{k}",
            ElectrodeCurrents(
                stripping=drawn(0.5, 4, random),
                plating=drawn(1.2, 6, random, until=1.1 if k % 2 else math.inf),
            ),
        )
        for k in range(24)
    ]
    parts = electrode_parts([*cells, ("two electrodes", None)], "J / mA cm⁻²")
    numbers = {one.name: one for one in parts.numbers}
    for which, median, modulus in (("stripping", 0.5, 4), ("plating", 1.2, 6)):
        stem = f"critical_{which}_current"
        scale = median / np.log(2) ** (1 / modulus)
        for name, truth in ((f"{stem}_median_ma_cm2", median), (f"{stem}_scale_ma_cm2", scale)):
            low, high = numbers[name].interval
            assert low < truth < high
            assert high / low < 1.6
    assert len(numbers) == 8
    alike = [
        (f"c{k}", ElectrodeCurrents(stripping=Observation(0.4, 0.6), plating=None))
        for k in range(4)
    ]
    told_of_steps = electrode_parts(alike, "J / mA cm⁻²").numbers[0].refused
    assert told_of_steps.endswith("median step without a model: 0.4 to 0.6 mA/cm²")
    assert [plot.name for plot in parts.plots] == ["stripping-weibull-plot", "plating-weibull-plot"]
    assert any("without 1 cells" in text for text in parts.warnings)
    columns = electrode_columns([each for _, each in cells])
    assert columns["ccp_failed_ma_cm2"].count(None) > 0
    assert electrode_columns([None, None]) == {}
    assert electrode_parts([("a", None)], "J").numbers == ()
