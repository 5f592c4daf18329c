"""The judge of a running test: each reading as it comes, each spectrum between the steps.

It satisfies the step judge that a critical-current plan asks for, and the analysis of a finished
run replays the recorded rows through it: what stopped the test is what the report says.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median

from .closed import Clean, Closed, contact_evidence, suspected_direction
from .criteria import (
    REFERENCE_TEMPERATURE_K,
    Criteria,
    arrhenius_factor,
    thinned_asr_ohm_m2,
)
from .finding import CellFinding, describe, weigh
from .ramp import RampTrace
from .spectra import (
    SpectrumPoint,
    Sweep,
    high_frequency_resistance,
    low_frequency_resistance,
    phase_deg,
    real_part_near,
    sweep_of,
)
from .spectrum_change import Change, compare
from .trace import CellReading, HalfCycleTrace

BENIGN = ("interface", "series contact")


class CellWatch:
    """Watches one symmetric cell for shorts and loss of contact.

    Parameters
    ----------
    electrode_area_m2, thickness_m : float
        The smaller electrode area in contact and the thickness of the electrolyte.
    conductivity_s_per_m : float or None
        Ionic conductivity at the temperature at which the test starts; thickness over
        conductivity is then the resistance that no healthy cell can undercut.
    temperature_k : callable, optional
        Gives the cell's temperature now, or ``None``. Without it, warming is told from a short by
        the shape of the spectra, and the floor during a half-cycle is kept 12 K lower.
    criteria : Criteria, optional
        The thresholds.

    Notes
    -----
    The resistance at high frequency is geometry over conductivity. Its reference is the first
    spectrum of the test and is never replaced; only a resistance in series that has gone, as of a
    probe, is taken off it. The reference for the voltage is the last clean step; it goes down only
    when a spectrum has shown that interfaces or such a contact alone have improved.
    """

    def __init__(
        self,
        electrode_area_m2: float,
        thickness_m: float,
        conductivity_s_per_m: float | None,
        *,
        temperature_k: Callable[[], float | None] | None = None,
        criteria: Criteria | None = None,
    ) -> None:
        for name, value in (("electrode area", electrode_area_m2), ("thickness", thickness_m)):
            if not value > 0:
                raise ValueError(f"{name} must be greater than 0, got {value:g}")
        if conductivity_s_per_m is not None and not conductivity_s_per_m > 0:
            raise ValueError(f"conductivity must be greater than 0, got {conductivity_s_per_m:g}")
        self._area_m2 = electrode_area_m2
        self._criteria = criteria or Criteria()
        self._temperature = temperature_k or (lambda: None)
        self._started_k: float | None = None
        self._bulk_ohm_m2 = (
            thickness_m / conductivity_s_per_m if conductivity_s_per_m is not None else None
        )
        self._reference: Sweep | None = None
        self._reference_k: float | None = None
        self._last_clean: Sweep | None = None
        self._clean: Clean | None = None
        self._trace: HalfCycleTrace | None = None
        self._ramp: RampTrace | None = None
        self._step: list[Closed] = []
        self._previous: list[Closed] = []
        self._noise_v: float | None = None

    def begin_half_cycle(self, current_density_a_m2: float, duration_s: float) -> None:
        """Tell that a plateau of this signed current density is about to start."""
        self._close_half_cycle()
        if self._started_k is None:
            self._started_k = self._temperature()
        self._trace = HalfCycleTrace(
            current_density_a_m2,
            duration_s,
            self._area_m2,
            self._criteria,
            self._floor_ohm_m2(),
            self._start_floor_ohm_m2(current_density_a_m2),
        )

    def begin_ramp(self) -> None:
        """Tell that the magnitude of the current is about to climb, all in one direction."""
        self._close_half_cycle()
        self._ramp = RampTrace(self._criteria)

    def see(self, reading: CellReading) -> str | None:
        """Judge one reading of the running half-cycle or ramp; a text is an alarm.

        That of a half-cycle is given once.
        """
        if self._ramp is not None:
            return self._ramp.see(abs(reading.current_a) / self._area_m2, abs(reading.voltage_v))
        return self._trace.see(reading) if self._trace is not None else None

    def assess(self, phase: str, spectrum: Sequence[SpectrumPoint]) -> CellFinding:
        """Judge the half-cycles since the last call by what the spectrum after them says.

        ``phase`` is "initial", "formation", "step", "confirm", "recovery" or "final"; an empty
        spectrum means that none could be measured.
        """
        self._close_half_cycle()
        sweep = sweep_of(spectrum)
        if self._started_k is None:
            self._started_k = self._temperature()
        if self._reference is None and sweep is not None:
            self._reference, self._last_clean = sweep, sweep
            self._reference_k = self._temperature()
            if (finding := self._shorted_from_the_start(sweep)) is not None:
                return finding
        finding = self._judge_step(sweep, is_second_look=phase == "confirm")
        if sweep is not None and finding.change is not None and not finding.failed:
            self._forget_series_contact(sweep, finding.change)
        if phase == "confirm" or not (finding.failed or finding.suspect):
            self._settle_step(sweep, finding)  # otherwise the half-cycles await their confirmation
        return finding

    def _close_half_cycle(self) -> None:
        self._ramp = None
        trace, self._trace = self._trace, None
        features = trace.features() if trace is not None else None
        if trace is None or features is None:
            return
        low = features.asr_low_ohm_m2 / self._warming_since_start()
        self._step.append(Closed(features, trace.alarm, low))
        self._previous = [*self._previous, self._step[-1]][-2:]

    def _warming_since_start(self) -> float:
        """Bulk resistance now over that at the start; 1 while nobody measures the temperature."""
        now_k = self._temperature()
        if now_k is None or self._started_k is None:
            return 1.0
        return arrhenius_factor(now_k, self._started_k, self._criteria.activation_energy_ev)

    def _high_frequency_ohm_m2(self) -> float | None:
        if self._reference is None:
            return None
        resistance_ohm, at_hz = high_frequency_resistance(self._reference)
        if at_hz < self._criteria.bulk_frequency_min_hz:
            return None
        return resistance_ohm * self._area_m2

    def _healthy_bulk_ohm_m2(self) -> float | None:
        """The smaller of thickness over conductivity and what the first spectrum showed."""
        known = [x for x in (self._bulk_ohm_m2, self._high_frequency_ohm_m2()) if x is not None]
        return min(known) if known else None

    def _floor_ohm_m2(self) -> float:
        limits = self._criteria
        warm = self._temperature() is None
        bulk = self._healthy_bulk_ohm_m2()
        if bulk is not None:
            ratio = limits.warm_floor_ratio if warm else limits.bulk_floor_ratio
            return ratio * bulk * self._warming_since_start()
        return limits.unreferenced_floor_ratio * self._clean.asr_ohm_m2 if self._clean else 0.0

    def _start_floor_ohm_m2(self, density_a_m2: float) -> float:
        """Three quarters of what both half-cycles before had, the last one minutes ago."""
        if len(self._previous) < 2:
            return 0.0
        expected = min(
            self._expected_ohm_m2(half.as_clean, density_a_m2) for half in self._previous
        )
        return self._criteria.step_ratio * expected * self._warming_since_start()

    def _expected_ohm_m2(self, clean: Clean, density_a_m2: float) -> float:
        bulk = self._healthy_bulk_ohm_m2() or 0.0
        temperature_k = self._temperature() or REFERENCE_TEMPERATURE_K
        return thinned_asr_ohm_m2(
            clean.asr_ohm_m2, bulk, clean.density_a_m2, density_a_m2, temperature_k
        )

    def _shorted_from_the_start(self, sweep: Sweep) -> CellFinding | None:
        if self._bulk_ohm_m2 is None:
            return None
        total_ohm, at_hz = low_frequency_resistance(sweep)
        ratio = total_ohm * self._area_m2 / self._bulk_ohm_m2
        if ratio >= self._criteria.bulk_floor_ratio:
            return None
        text = (
            f"the first spectrum has {total_ohm * self._area_m2 * 1e4:.3g} Ω cm² at "
            f"{at_hz:.3g} Hz, {ratio:.2f} of thickness over conductivity "
            f"({self._bulk_ohm_m2 * 1e4:.3g} Ω cm²)"
        )
        return CellFinding(
            failed=True,
            reason=f"shorted from the start: {text}",
            failure="shorted from the start",
            impedance_evidence=(text,),
        )

    def _judge_step(self, sweep: Sweep | None, *, is_second_look: bool) -> CellFinding:
        alarms = tuple(half.alarm for half in self._step if half.alarm is not None)
        drift = self._cumulative_evidence()
        change = self._change(sweep)
        contact = contact_evidence(self._step, self._criteria)
        direction = next((h.direction for h in self._step if h.alarm is not None), 0)
        failure, failed, suspect = weigh(
            alarms, drift, contact, change, self._criteria, is_second_look=is_second_look
        )
        if failure == "soft short" and self._is_hard(sweep):
            failure = "hard short"
        evidence = alarms + drift if "contact" not in failure else contact + alarms + drift
        spectral = describe(change, alarms) if change is not None else ()
        reason = "; ".join((failure, *evidence, *spectral)) if failed or suspect else "clean"
        return CellFinding(
            failed=failed,
            suspect=suspect,
            reason=reason,
            failure=failure,
            direction=direction or suspected_direction(self._step, failure),
            voltage_evidence=evidence,
            impedance_evidence=spectral,
            change=change,
            cleared=is_second_look and bool(alarms) and not (failed or suspect),
        )

    def _forget_series_contact(self, sweep: Sweep, change: Change) -> None:
        """Take a resistance that was in series, and has gone, off the reference."""
        if self._reference is None or change.cause != "series contact":
            return
        before = self._reference
        before_ohm, at_hz = high_frequency_resistance(before)
        after_ohm = real_part_near(sweep, at_hz)
        self._reference = Sweep(before.frequency_hz, before.z_ohm - (before_ohm - after_ohm))
        self._last_clean = sweep

    def _change(self, sweep: Sweep | None) -> Change | None:
        if sweep is None or self._reference is None or sweep is self._reference:
            return None
        factor, now_k = None, self._temperature()
        if now_k is not None and self._reference_k is not None:
            factor = arrhenius_factor(now_k, self._reference_k, self._criteria.activation_energy_ev)
        change = compare(self._reference, sweep, self._criteria, factor, self._last_clean)
        total_ohm, _ = low_frequency_resistance(sweep)
        known = self._healthy_bulk_ohm_m2() is not None
        if known and total_ohm * self._area_m2 < self._floor_ohm_m2():
            change = replace(change, cause="parallel path")  # nothing else undercuts the bulk
        return change

    def _cumulative_evidence(self) -> tuple[str, ...]:
        """Half-cycles whose ASR has fallen below four fifths of the clean reference."""
        found = []
        for half in self._step:
            density = half.features.current_density_a_m2
            if self._clean is None:
                continue
            expected = self._expected_ohm_m2(self._clean, density)
            allowance = self._criteria.voltage_accuracy_v / abs(density)
            if half.low_ohm_m2 + allowance < self._criteria.cumulative_ratio * expected:
                found.append(
                    f"ASR {half.low_ohm_m2 * 1e4:.3g} Ω cm² at {density / 10:+.3g} mA/cm² is "
                    f"{half.low_ohm_m2 / expected:.2f} of what the last clean step foretells"
                )
            noise_v = half.features.noise_v
            if self._noise_v and noise_v > self._criteria.noise_ratio * self._noise_v:
                times = noise_v / self._noise_v
                found.append(f"noise {noise_v:.2g} V is {times:.0f} times the usual")
        return tuple(found)

    def _is_hard(self, sweep: Sweep | None) -> bool:
        """Metal from one electrode to the other: hardly any resistance, and no arc."""
        bulk, limits = self._healthy_bulk_ohm_m2(), self._criteria
        if sweep is None or bulk is None:
            return False
        total_ohm, _ = low_frequency_resistance(sweep)
        metal_ohm = max(2 * limits.lead_resistance_ohm, limits.hard_ratio * bulk / self._area_m2)
        angle_deg = phase_deg(sweep, 1e3)
        return total_ohm < metal_ohm and (angle_deg is None or angle_deg > limits.hard_phase_deg)

    def _settle_step(self, sweep: Sweep | None, finding: CellFinding) -> None:
        """After a clean step, take its resistance and noise for the next one's reference."""
        step, self._step = self._step, []
        if not step or finding.failed or finding.suspect or finding.cleared:
            return
        if sweep is not None:
            self._last_clean = sweep
        middle = Clean(
            median(half.low_ohm_m2 for half in step),
            median(abs(half.features.current_density_a_m2) for half in step),
        )
        improved = finding.change is not None and finding.change.cause in BENIGN
        if self._clean is None or improved or self._is_no_lower(middle, self._clean):
            self._clean = middle
        noise_v = max(half.features.noise_v for half in step)
        self._noise_v = max(self._noise_v or 0.0, noise_v)

    def _is_no_lower(self, new: Clean, old: Clean) -> bool:
        return new.asr_ohm_m2 >= self._expected_ohm_m2(old, new.density_a_m2)
