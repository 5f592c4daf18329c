"""Items that measure stability: the window by slow sweeps, and how an interface ages."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..plans.interface_ageing import InterfaceAgeing, interface_ageing
from ..plans.sequence import Item, Procedure, tagged
from ..plans.stability_window import StabilityWindow, stability_window
from .protocol_basis import PlanBasis
from .protocol_settings import Cycles, ImpedanceSettings, OrNone, SamplePeriod, sweep
from .schema import Positive, Settings


class StabilityWindowItem(Settings):
    """Slow sweeps from the open-circuit voltage to a vertex and back, each after a rest.

    Planar electrodes show windows that are too wide; say which sort yours is.
    """

    segment: Literal["stability_window"]
    """Kind of segment."""
    electrode_type: Literal["planar", "composite"]
    """The working electrode: a planar metal, or electrolyte mixed with carbon."""
    oxidation_to_v: float | None = None
    """Vertex of the sweep upwards, if there is to be one."""
    reduction_to_v: float | None = None
    """Vertex of the sweep downwards, if there is to be one."""
    first: Literal["oxidation", "reduction"] = "oxidation"
    """Which of two comes first; the other is measured on a cell that has seen it."""
    start_v: float | None = None
    """Where each sweep starts and ends; the open-circuit voltage if it is not given."""
    scan_rate_mv_s: Annotated[float, Field(gt=0, le=1000)] = 0.1
    """Scan rate."""
    step_mv: Annotated[float, Field(gt=0, le=20)] = 1
    """Staircase step."""
    cycles: Cycles = 1
    """Cycles of each sweep."""
    current_max_ma: Positive = 10
    """A sweep ends beyond it, either way."""
    rest_min: Positive = 30
    """Rest before each sweep."""
    impedance: Annotated[ImpedanceSettings | None, OrNone] = None
    """A spectrum before the first sweep, or none."""
    sample_period_s: SamplePeriod = 1
    """Time between readings at rest."""

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        vertices_v = [v for v, _ in self._vertices_v()]
        if not vertices_v:
            raise ValueError("needs oxidation_to_v or reduction_to_v, or both")
        if len(vertices_v) == 2 and self.oxidation_to_v <= self.reduction_to_v:  # type: ignore[operator]
            raise ValueError(
                f"oxidation_to_v is {self.oxidation_to_v:g} V: must be above reduction_to_v, "
                f"which is {self.reduction_to_v:g} V"
            )
        for vertex_v, direction in self._vertices_v():
            if self.start_v is not None and not (vertex_v - self.start_v) * direction > 0:
                raise ValueError(
                    f"start_v is {self.start_v:g} V: must lie below oxidation_to_v and above "
                    f"reduction_to_v; the vertex is {vertex_v:g} V"
                )
        return self

    def _vertices_v(self) -> tuple[tuple[float, int], ...]:
        both = ((self.oxidation_to_v, +1), (self.reduction_to_v, -1))
        given = tuple((v, direction) for v, direction in both if v is not None)
        return given if self.first == "oxidation" else given[::-1]

    def item(self, _basis: PlanBasis) -> Item:
        """Return the sweeps, which start where the cell rests."""
        test = StabilityWindow(
            vertices_v=self._vertices_v(),
            start_v=self.start_v,
            scan_rate_v_per_s=self.scan_rate_mv_s * 1e-3,
            step_v=self.step_mv * 1e-3,
            current_max_a=self.current_max_ma * 1e-3,
            cycles=self.cycles,
            rest_s=self.rest_min * 60.0,
            impedance=None if self.impedance is None else sweep(self.impedance),
            sample_period_s=self.sample_period_s,
        )
        tags = {"measurement": "stability_window", "electrode_type": self.electrode_type}
        return tagged(tags, Procedure(lambda: stability_window(test)))


class InterfaceAgeingItem(Settings):
    """A spectrum at regular times while the cell rests: how its interfaces grow."""

    segment: Literal["interface_ageing"]
    """Kind of segment."""
    every_h: Positive = 1
    """Time from the beginning of one spectrum to that of the next."""
    total_h: Positive = 50
    """How long it all lasts."""
    impedance: ImpedanceSettings = ImpedanceSettings()
    """The spectrum, about the voltage at rest."""
    sample_period_s: SamplePeriod = 60
    """Time between readings at rest."""

    @model_validator(mode="after")
    def _has_two_spectra(self) -> Self:
        if self.total_h < self.every_h:
            raise ValueError(
                f"total_h is {self.total_h:g} h: must be at least every_h, which is "
                f"{self.every_h:g} h"
            )
        return self

    def item(self, _basis: PlanBasis) -> Item:
        """Return spectra and rests."""
        test = InterfaceAgeing(
            every_s=self.every_h * 3600.0,
            total_s=self.total_h * 3600.0,
            impedance=sweep(self.impedance),
            sample_period_s=self.sample_period_s,
        )
        return tagged(
            {"measurement": "interface_ageing"}, Procedure(lambda: interface_ageing(test))
        )
