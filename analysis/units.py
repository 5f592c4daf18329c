"""The laboratory's units in SI: a value in one of them times its size is in SI.

>>> 0.5 * MILLIAMPERE_PER_CM2  # A/m2
5.0
"""

from typing import Final

FARADAY_C_PER_MOL: Final = 96485.33212
"""CODATA 2018, exact since the redefinition of 2019."""
ZERO_CELSIUS_K: Final = 273.15
"""0 °C on the scale of kelvin."""

CM2: Final = 1e-4
"""m2"""
MEGAPASCAL: Final = 1e6
"""Pa"""
MILLIAMPERE_HOUR: Final = 3.6
"""C"""
MILLIAMPERE_HOUR_PER_GRAM: Final = 3600.0
"""C/kg"""
MILLIAMPERE_HOUR_PER_CM2: Final = 3.6e4
"""C/m2"""
MILLIAMPERE_PER_CM2: Final = 10.0
"""A/m2"""
MICROAMPERE_PER_CM2: Final = 1e-2
"""A/m2"""
MILLIGRAM_PER_CM2: Final = 1e-2
"""kg/m2"""
GRAM_PER_CM3: Final = 1e3
"""kg/m3"""
MICROMETRE: Final = 1e-6
"""m"""
MILLIGRAM: Final = 1e-6
"""kg"""
WATT_HOUR_PER_KILOGRAM: Final = 3600.0
"""J/kg"""
WATT_HOUR_PER_LITRE: Final = 3.6e6
"""J/m3"""
SIEMENS_PER_CM: Final = 100.0
"""S/m"""
MILLISIEMENS_PER_CM: Final = 0.1
"""S/m"""
OHM_CM2: Final = 1e-4
"""ohm m2"""
