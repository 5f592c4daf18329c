"""The live judge: every real failure seen in time, every benign change left in peace."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from solidcell.analysis.critical_current.watch import CellFinding, CellWatch
from support.prescribed_cell import CellReading, PrescribedCell

HALF_CYCLE_S = 1800.0


@dataclass
class Course:
    """What became of a test: in-step alarms with their time, and the findings after each step."""

    alarms: list[tuple[float, str]] = field(default_factory=list)
    findings: list[tuple[str, CellFinding]] = field(default_factory=list)

    @property
    def failed(self) -> list[CellFinding]:
        return [finding for _, finding in self.findings if finding.failed]


def watch_of(cell: PrescribedCell, measures_temperature: bool = False) -> CellWatch:
    def now_k() -> float:
        return cell.temperature_k(cell.now_s)

    return CellWatch(
        cell.area_m2,
        cell.thickness_m,
        cell.conductivity_s_per_m,
        temperature_k=now_k if measures_temperature else None,
    )


def run(
    cell: PrescribedCell,
    watch: CellWatch,
    densities_ma_cm2: Sequence[float],
    half_cycle_s: float = HALF_CYCLE_S,
    period_s: float = 2.0,
    with_spectra: bool = True,
) -> Course:
    course = Course()
    watch.assess("initial", cell.spectrum() if with_spectra else [])
    for number, density in enumerate(densities_ma_cm2):
        alarmed = False
        for sign in (1, -1):
            start_s = cell.now_s
            watch.begin_half_cycle(10 * sign * density, half_cycle_s)
            for reading in cell.half_cycle(sign * density, half_cycle_s, period_s):
                if text := watch.see(reading):
                    course.alarms.append((start_s + reading.time_s, text))
                    alarmed = True
                    break
            if alarmed:
                break
        cell.rest(300.0)
        spectrum = cell.spectrum() if with_spectra else []
        phase = "formation" if number == 0 else "step"
        course.findings.append((phase, watch.assess(phase, spectrum)))
        if course.findings[-1][1].failed:
            break
    return course


def after(start_s: float, before: float, later: float):
    return lambda t: before if t < start_s else later


def fading(start_s: float, from_ohm: float, tau_s: float):
    def resistance_ohm(t: float) -> float:
        return math.inf if t < start_s else max(0.3, from_ohm * math.exp(-(t - start_s) / tau_s))

    return resistance_ohm


STEPS = (0.05, 0.2, 0.4, 0.6, 0.8, 1.0)


@pytest.mark.parametrize("measures_temperature", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_a_healthy_cell_is_left_in_peace(seed, measures_temperature):
    cell = PrescribedCell(seed=seed)
    course = run(cell, watch_of(cell, measures_temperature), STEPS)
    assert course.alarms == []
    assert [f.reason for _, f in course.findings] == ["clean"] * len(STEPS)


@pytest.mark.parametrize("period_s", [1.0, 3.0, 10.0])
@pytest.mark.parametrize("seed", range(2))
def test_an_abrupt_short_is_seen_within_a_few_readings(seed, period_s):
    onset_s = 2 * HALF_CYCLE_S + 300 + 700  # in the strip half-cycle of the second step
    cell = PrescribedCell(short_ohm=after(onset_s, math.inf, 17.0), seed=seed)
    course = run(cell, watch_of(cell), STEPS, period_s=period_s)
    (at_s, _), *_ = course.alarms
    assert 0 < at_s - onset_s <= 5 * period_s
    assert course.failed[0].failure == "soft short"
    assert course.failed[0].direction == 1


def test_an_abrupt_short_during_a_rest_is_seen_at_the_start_of_the_next_half_cycle():
    cell = PrescribedCell(short_ohm=after(2 * HALF_CYCLE_S + 100, math.inf, 60.0))
    watch = watch_of(cell)
    watch.assess("initial", cell.spectrum())
    for sign in (1, -1):
        watch.begin_half_cycle(sign * 2.0, HALF_CYCLE_S)
        assert all(watch.see(r) is None for r in cell.half_cycle(sign * 0.2, HALF_CYCLE_S))
    cell.rest(300.0)
    watch.begin_half_cycle(4.0, HALF_CYCLE_S)
    alarmed_s = [r.time_s for r in cell.half_cycle(0.4, HALF_CYCLE_S) if watch.see(r)]
    assert min(alarmed_s, default=math.inf) <= 66.0


@pytest.mark.parametrize("tau_h", [0.05, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("measures_temperature", [True, False])
def test_a_short_that_grows_gradually_ends_the_test_before_it_is_hard(tau_h, measures_temperature):
    start_s, from_ohm = 2 * HALF_CYCLE_S + 300 + 400, 20 * 34.0
    cell = PrescribedCell(short_ohm=fading(start_s, from_ohm, tau_h * 3600), seed=3)
    densities = (0.05, *[0.2 + 0.01 * n for n in range(40)])
    course = run(cell, watch_of(cell, measures_temperature), densities, period_s=5.0)
    finding = course.failed[0]
    assert finding.failure == "soft short"
    hard_s = tau_h * 3600 * math.log(from_ohm / 3.4)
    assert cell.now_s - start_s < max(0.7 * hard_s, 1500)


def test_a_hard_short_is_called_hard():
    cell = PrescribedCell(short_ohm=after(5000.0, math.inf, 0.3))
    course = run(cell, watch_of(cell), STEPS)
    assert course.failed[0].failure == "hard short"


def test_without_impedance_a_sudden_fall_of_the_voltage_fails_the_step_as_suspected():
    cell = PrescribedCell(short_ohm=after(5000.0, math.inf, 17.0))
    course = run(cell, watch_of(cell), STEPS, with_spectra=False)
    assert course.failed[0].failure == "suspected short"
    assert course.failed[0].impedance_evidence == ()


def test_a_cell_shorted_from_the_start_is_known_by_thickness_over_conductivity():
    cell = PrescribedCell(short_ohm=lambda _: 15.0)
    finding = watch_of(cell).assess("initial", cell.spectrum())
    assert finding.failed
    assert finding.failure == "shorted from the start"


@pytest.mark.parametrize("seed", range(3))
def test_activation_of_the_interfaces_is_not_a_short(seed):
    cell = PrescribedCell(
        interphase_ohm_cm2=lambda t: 88.0 - 80.0 * min(1.0, t / 7200.0), seed=seed
    )
    course = run(cell, watch_of(cell), STEPS)
    assert course.alarms == []
    assert course.failed == []


@pytest.mark.parametrize("measures_temperature", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_warming_by_ten_kelvin_is_not_a_short(seed, measures_temperature):
    cell = PrescribedCell(
        temperature_k=lambda t: 298.15 + 10 * min(1.0, max(0.0, t - 4000) / 7200), seed=seed
    )
    course = run(cell, watch_of(cell, measures_temperature), STEPS)
    assert course.alarms == []
    assert course.failed == []


def test_a_short_during_warming_is_still_seen():
    cell = PrescribedCell(
        temperature_k=lambda t: 298.15 + 10 * min(1.0, t / 20_000),
        short_ohm=after(9000.0, math.inf, 60.0),
    )
    course = run(cell, watch_of(cell, measures_temperature=True), STEPS)
    assert course.failed[0].failure == "soft short"


def test_a_void_that_refills_after_reversal_is_not_a_short():
    def contact(t: float) -> float:
        within = (t % HALF_CYCLE_S) / HALF_CYCLE_S
        return 0.75 + 0.25 * min(1.0, 3 * within)  # poor at the start, healed by the plating

    cell = PrescribedCell(contact=contact)
    watch = watch_of(cell)
    watch.assess("initial", cell.spectrum())
    for sign in (1, -1) * 3:
        watch.begin_half_cycle(sign * 5.0, HALF_CYCLE_S)
        assert all(watch.see(r) is None for r in cell.half_cycle(sign * 0.5, HALF_CYCLE_S))


def test_thinning_of_the_overpotential_at_high_current_is_not_a_short():
    cell = PrescribedCell(exchange_ma_cm2=0.3, interphase_ohm_cm2=lambda _: 2.0)
    course = run(cell, watch_of(cell), (0.1, 0.5, 1.0, 2.0, 3.0, 4.0))
    assert course.alarms == []
    assert course.failed == []


def test_current_transients_and_range_switches_are_not_judged():
    cell = PrescribedCell()
    watch = watch_of(cell)
    watch.assess("initial", cell.spectrum())
    watch.begin_half_cycle(5.0, HALF_CYCLE_S)
    for reading in cell.half_cycle(0.5, HALF_CYCLE_S):
        glitch = 800 <= reading.time_s < 806 or reading.time_s < 5
        fraction = 0.3 if glitch else 1.0
        seen = CellReading(
            reading.time_s, fraction * reading.voltage_v, fraction * reading.current_a
        )
        assert watch.see(seen) is None


def test_a_void_that_opens_under_the_strip_is_loss_of_contact():
    def contact(t: float) -> float:
        return 1.0 if t < 5000 else max(0.05, 1 - ((t - 5000) / 2200) ** 3)

    cell = PrescribedCell(contact=contact)
    course = run(cell, watch_of(cell), STEPS)
    assert course.failed[0].failure == "contact loss"


def test_contact_that_is_lost_little_by_little_is_told_from_a_growing_interphase():
    losing = PrescribedCell(contact=lambda t: max(0.05, 1 - t / 20_000))
    assert run(losing, watch_of(losing), STEPS).failed[0].failure == "contact loss"
    growing = PrescribedCell(interphase_ohm_cm2=lambda t: 8 * (1 + t / 800))
    assert run(growing, watch_of(growing), STEPS).failed == []


def test_a_sudden_short_in_an_aged_cell_is_not_taken_for_warming():
    cell = PrescribedCell(
        interphase_ohm_cm2=lambda t: 8 + 1.5e-3 * t, short_ohm=after(17_000.0, math.inf, 90.0)
    )
    course = run(cell, watch_of(cell), STEPS)
    assert course.failed[0].failure == "soft short"


def test_a_void_that_opens_within_one_half_cycle_is_loss_of_contact():
    onset_s = 4 * HALF_CYCLE_S + 600

    def contact(t: float) -> float:
        return 1.0 - 0.65 * min(1.0, max(0.0, (t - onset_s) / (2 * HALF_CYCLE_S))) ** 4

    cell = PrescribedCell(contact=contact)
    finding = run(cell, watch_of(cell), STEPS).failed[0]
    assert finding.failure == "contact loss"
    assert "accelerating" in finding.voltage_evidence[0]


def test_the_reference_does_not_follow_a_resistance_that_falls_little_by_little():
    cell = PrescribedCell(short_ohm=fading(4000.0, 20 * 34.0, 5 * 3600.0))
    densities = (0.05, *[0.2 + 0.01 * n for n in range(12)])
    course = run(cell, watch_of(cell), densities, with_spectra=False)
    assert any(finding.suspect for _, finding in course.findings)


def test_warming_of_a_cell_that_is_nearly_all_bulk_raises_no_alarm_without_a_thermometer():
    cell = PrescribedCell(
        bulk_ohm_cm2=180.0,
        interphase_ohm_cm2=lambda _: 3.0,
        exchange_ma_cm2=20.0,
        temperature_k=lambda t: 298.15 + 10 * min(1.0, t / 9000),
    )
    course = run(cell, watch_of(cell), STEPS)
    assert course.alarms == []
    assert course.failed == []


def test_a_thin_membrane_in_the_noise_is_left_in_peace():
    cell = PrescribedCell(bulk_ohm_cm2=4.0, interphase_ohm_cm2=lambda _: 1.0, exchange_ma_cm2=50.0)
    course = run(cell, watch_of(cell), (0.05, 0.1, 0.2, 0.4))
    assert course.alarms == []
    assert course.failed == []


def test_judging_a_reading_costs_microseconds():
    cell = PrescribedCell()
    readings = list(cell.half_cycle(0.5, 5000.0))
    watch = watch_of(cell)
    watch.begin_half_cycle(5.0, 5000.0)
    start = time.perf_counter()
    for reading in readings:
        watch.see(reading)
    assert (time.perf_counter() - start) / len(readings) < 30e-6


def test_impossible_geometry_is_refused():
    with pytest.raises(ValueError, match="electrode area must be greater than 0"):
        CellWatch(0.0, 1e-3, None)
