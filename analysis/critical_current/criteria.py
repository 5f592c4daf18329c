"""The thresholds by which a half-cycle, a step and a spectrum are judged, all in one place."""

import math
from dataclasses import dataclass

from ..units import FARADAY_C_PER_MOL

GAS_CONSTANT_J_PER_MOL_K = 8.314462618
BOLTZMANN_EV_PER_K = 8.617333262e-5
REFERENCE_TEMPERATURE_K = 298.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Thresholds of the detection rules. Ratios are dimensionless; a report prints them all.

    ``drop_fraction``, ``drop_mad`` and ``drop_consecutive`` belong to the drop within a step:
    so many readings in a row below the rolling median by the larger of the two. The rolling
    window holds at least ``window_points`` readings and ``window_s`` seconds, both shortened to
    a tenth of a short half-cycle. ``step_ratio`` compares neighbouring half-cycles of one
    direction, ``cumulative_ratio`` the cell with its own clean reference, ``bulk_floor_ratio``
    with thickness over conductivity, which no healthy cell can undercut. ``warm_floor_ratio``
    takes its place while nobody measures the temperature: 12 K at 0.35 eV. Nothing is concluded
    from a difference smaller than ``voltage_accuracy_v``, the offset of a good electrometer.
    ``activation_energy_doubt`` is the relative uncertainty of ``activation_energy_ev``, by which
    a resistance carried from one temperature to another may be wrong in the cell's favour.
    ``contact_lost`` is a share of the area as estimated from the spectrum, which ageing of the
    interfaces makes a little too small. A half-cycle that stood still for more than
    ``gap_fraction`` of its time, or in which more than that share of its charge may have passed
    unseen, takes one off the grade of the evidence.
    """

    settle_s: float = 60.0
    window_s: float = 60.0
    window_points: int = 6
    drop_fraction: float = 0.15
    drop_mad: float = 6.0
    drop_consecutive: int = 4
    step_ratio: float = 0.75
    cumulative_ratio: float = 0.80
    bulk_floor_ratio: float = 0.90
    warm_floor_ratio: float = 0.50
    unreferenced_floor_ratio: float = 0.50
    hard_ratio: float = 0.10
    lead_resistance_ohm: float = 0.05
    high_frequency_ratio: float = 0.90
    low_frequency_ratio: float = 0.80
    contact_asr_ratio: float = 1.5
    contact_impedance_ratio: float = 1.2
    contact_lost: float = 0.08
    contact_poor: float = 0.5
    recovered_ratio: float = 0.90
    noise_ratio: float = 5.0
    current_tolerance: float = 0.05
    voltage_accuracy_v: float = 2e-4
    bulk_frequency_min_hz: float = 3e4
    hard_phase_deg: float = -2.0
    minimal_capacity_c_per_m2: float = 0.5 * 36_000.0
    activation_energy_ev: float = 0.35
    activation_energy_doubt: float = 0.15
    gap_fraction: float = 0.05


def settle_time_s(duration_s: float, criteria: Criteria) -> float:
    """Seconds after a current step that are not judged: a tenth of a short half-cycle.

    >>> settle_time_s(3600.0, Criteria())
    60.0
    >>> settle_time_s(90.0, Criteria())
    9.0
    """
    return min(criteria.settle_s, 0.1 * duration_s)


def thinned_asr_ohm_m2(
    asr_ohm_m2: float,
    bulk_ohm_m2: float,
    from_a_m2: float,
    to_a_m2: float,
    temperature_k: float = REFERENCE_TEMPERATURE_K,
) -> float:
    """Carry an ASR from one current density to another, by Butler-Volmer at both interfaces.

    Everything beyond the bulk is taken for charge transfer, 2 * (2RT/F) asinh(J / 2 J0), which
    falls with J faster than anything else that is benign: a lower bound of a healthy cell.

    >>> thinned_asr_ohm_m2(60e-4, 60e-4, 1.0, 20.0)  # no interface, no thinning
    0.006
    >>> thinned_asr_ohm_m2(60e-4, 27e-4, 1.0, 40.0) < 56e-4
    True
    """
    interface = max(0.0, asr_ohm_m2 - bulk_ohm_m2)
    per_density = interface * FARADAY_C_PER_MOL / (4 * GAS_CONSTANT_J_PER_MOL_K * temperature_k)

    def thinning(density_a_m2: float) -> float:
        x = abs(density_a_m2) * per_density
        return math.asinh(x) / x if x > 1e-6 else 1.0

    return asr_ohm_m2 - interface * max(0.0, 1 - thinning(to_a_m2) / thinning(from_a_m2))


def arrhenius_factor(
    temperature_k: float, reference_k: float, activation_energy_ev: float
) -> float:
    """Resistance at ``temperature_k`` over resistance at ``reference_k``; below 1 when warmer.

    >>> round(arrhenius_factor(308.15, 298.15, 0.35), 3)
    0.643
    """
    inverse = 1 / temperature_k - 1 / reference_k
    return math.exp(activation_energy_ev / BOLTZMANN_EV_PER_K * inverse)
