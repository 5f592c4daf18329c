"""What the full cell is made of, in SI units.

Typical values of a layered oxide in a cold-pressed sulfide composite. The open-circuit table is a
smooth curve of that kind between 3.0 and 4.3 V against lithium; statistics of ageing are a
model's, not evidence.
"""

from dataclasses import dataclass

from .potential import Potential

INDIUM_LITHIUM_V = 0.62  # against lithium, in the two-phase region
_AH_KG = 3600.0  # in C/kg


@dataclass(frozen=True, slots=True, kw_only=True)
class Cathode:
    """A composite of active particles and electrolyte, at 25 °C unless an energy is given.

    ``capacity_c_kg`` is that of the whole open-circuit table. Per active surface are
    ``exchange_a_m2``, ``double_layer_f_m2`` and the interphase, whose resistance grows as the
    square root of time: R^2 = R0^2 + k^2 t. ``tortuosity`` is the factor that divides the
    electrolyte's conductivity besides its volume share. ``contact_loss`` is the share of
    particles that lose contact over one full charge or discharge at ``contact_pressure_pa``, and
    is inverse to the stack pressure. ``formation_c_kg`` is spent irreversibly while it is charged
    for the first time, as the share ``formation_share`` of the current.
    """

    name: str
    potential: Potential
    capacity_c_kg: float
    density_kg_m3: float
    active_share: float
    electrolyte_share: float
    tortuosity: float
    thickness_m: float
    electronic_conductivity_s_m: float
    particle_radius_m: float
    diffusion_m2_s: float
    diffusion_energy_ev: float = 0.4
    exchange_a_m2: float
    exchange_energy_ev: float = 0.5
    double_layer_f_m2: float = 0.1
    interphase_ohm_m2: float
    interphase_energy_ev: float = 0.5
    interphase_f_m2: float = 0.02
    interphase_growth_ohm_m2: float
    contact_loss: float
    contact_pressure_pa: float = 5e6
    formation_c_kg: float
    formation_share: float = 0.1

    @property
    def loading_kg_m2(self) -> float:
        """Active mass per area of the electrode."""
        return self.active_share * self.density_kg_m3 * self.thickness_m

    @property
    def surface(self) -> float:
        """Area of the particles per area of the electrode."""
        return 3 * self.active_share * self.thickness_m / self.particle_radius_m


@dataclass(frozen=True, slots=True)
class Anode:
    """The negative electrode: its potential against lithium and its contact to the electrolyte."""

    name: str
    potential_v: float
    leaves_voids: bool


LITHIUM = Anode("Li", 0.0, leaves_voids=True)
INDIUM = Anode("In/Li", INDIUM_LITHIUM_V, leaves_voids=False)
ANODES = (LITHIUM, INDIUM)

NMC = Cathode(
    name="NMC",
    potential=Potential.through(
        [
            (0.0, 3.00),
            (0.01, 3.45),
            (0.03, 3.60),
            (0.06, 3.66),
            (0.10, 3.70),
            (0.20, 3.745),
            (0.30, 3.79),
            (0.40, 3.845),
            (0.50, 3.91),
            (0.60, 3.99),
            (0.70, 4.07),
            (0.80, 4.145),
            (0.90, 4.22),
            (1.00, 4.30),
        ]
    ),
    capacity_c_kg=200 * _AH_KG,
    density_kg_m3=4700,
    active_share=0.55,
    electrolyte_share=0.30,
    tortuosity=3.0,
    thickness_m=60e-6,
    electronic_conductivity_s_m=1.0,
    particle_radius_m=2.5e-6,
    diffusion_m2_s=1e-14,
    exchange_a_m2=1.0,
    interphase_ohm_m2=5e-3,
    interphase_growth_ohm_m2=2e-6,
    contact_loss=5e-4,
    formation_c_kg=20 * _AH_KG,
)
