"""What the literature says of a material: one value, its condition and its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["conductivity", "electronic", "critical-current", "window"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One published value of a material, in SI.

    Attributes
    ----------
    material : str
        As printed by the source, with its polymorph ("beta-Li3PS4").
    kind : str
        ``conductivity`` and ``electronic`` in S/m, ``critical-current`` in A/m2, ``window`` in V
        against lithium: `value` is then the reduction and `high` the oxidation end.
    value : float
    high : float or None
        The upper end where the source gives a range, and of a window.
    scatter : float or None
        Standard deviation between cells, where stated.
    qualifier : str
        ``"<"`` for a bound, ``"approx"``, else empty.
    temperature_k : float or None
        None where the source does not say: such a value is compared with nothing.
    pressure_pa : float or None
    method : str
        How the material was made, or the cell it was in.
    source : str
    work : str
        The measured work behind it, so that two quotations of one work can be told; else empty.
    confidence : str
        ``"seen"`` in the source, or what else it rests on.
    note : str
    """

    material: str
    kind: Kind
    value: float
    high: float | None = None
    scatter: float | None = None
    qualifier: str = ""
    temperature_k: float | None = None
    pressure_pa: float | None = None
    method: str = ""
    source: str
    work: str = ""
    confidence: str = "seen"
    note: str = ""

    @property
    def upper(self) -> float:
        """The upper end of a range, else the value itself."""
        return self.value if self.high is None else self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A statement that is no value of one of the kinds, kept as it was made: text and unit."""

    system: str
    quantity: str
    value: str
    unit: str
    conditions: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Membrane:
    """A thin electrolyte: conductivity in S/m, thickness in m (and its upper end), if stated."""

    material: str
    conductivity_s_per_m: float
    thickness_m: float | None
    thickness_high_m: float | None
    authors: str
    source: str
    work: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacitanceRange:
    """The capacitances in F that a process has; `basis` says for which geometry."""

    process: str
    low_f: float
    high_f: float
    basis: str
    source: str
