"""The tables of a bench file: what may stand in it."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..instruments.roles import ON_THE_CELL, SOURCES, Role
from .limit_settings import LimitSettings
from .notify_settings import NotifyTable
from .schema import Positive, Settings, Text

_Speed = Annotated[float, Field(ge=1, le=1e6)]


class DeviceTable(Settings):
    """A ``[channel.NAME.ROLE]`` table."""

    driver: Text
    """Name of the driver."""
    address: Text
    """Where the instrument is: socket://host:port, COM3, /dev/ttyACM0 or a VISA resource."""
    options: dict[Text, bool | int | float | str] = Field(default_factory=dict)
    """Options of the driver, as it declares them."""


class OvenTable(DeviceTable):
    """An ``[oven.NAME]`` table: a temperature controller that one or several channels share."""

    temperature_min_c: float
    """Lowest temperature that it may be asked for."""
    temperature_max_c: float
    """Highest temperature that it may be asked for."""
    clock_speed: _Speed = 1.0
    """Experiment seconds per second, the same as that of its channels."""
    when_idle: Literal["off", "hold"] = "off"
    """What it does once no run needs it: no heat, or the temperature that it has."""

    @model_validator(mode="after")
    def _window_is_open(self) -> Self:
        if not self.temperature_min_c < self.temperature_max_c:
            raise ValueError("temperature_min_c must be below temperature_max_c")
        return self


class ChannelTable(LimitSettings):
    """A ``[channel.NAME]`` table: the limits of the position, and its instruments by role."""

    voltage_min_v: float
    """Lowest cell voltage."""
    voltage_max_v: float
    """Highest cell voltage."""
    current_max_ma: Positive
    """Largest current, either way."""
    clock_speed: _Speed = 1.0
    """Experiment seconds per second; other than 1 only in front of a twin on this machine."""
    oven: Text | None = None
    """Name of the oven that the cell stands in: that of an [oven.NAME] table."""
    potentiostat: DeviceTable | None = None
    """An instrument that does everything, impedance included."""
    galvanostat: DeviceTable | None = None
    """A source meter or a cycler: current and voltage, no impedance."""
    impedance_analyser: DeviceTable | None = None
    """Measures the spectra, alone or beside one of the two above."""
    pressure_gauge: DeviceTable | None = None
    """Reads the stack pressure."""
    auxiliary: dict[Text, DeviceTable] = Field(default_factory=dict)
    """Anything else that is read, by name: [channel.NAME.auxiliary.NAME]. The line called
    temperature is taken for the temperature of the cell."""

    @model_validator(mode="after")
    def _instruments(self) -> Self:
        if not any(getattr(self, role.value) for role in ON_THE_CELL):
            raise ValueError(
                "needs an instrument: a potentiostat, a galvanostat or an impedance_analyser table"
            )
        if all(getattr(self, role.value) for role in SOURCES):
            raise ValueError("has a potentiostat and a galvanostat: only one of them may drive it")
        return self

    def devices(self) -> Iterator[tuple[Role, str, DeviceTable]]:
        """Yield role, name and table of each device, what is on the cell first."""
        for role in (*ON_THE_CELL, Role.PRESSURE_GAUGE):
            table: DeviceTable | None = getattr(self, role.value)
            if table is not None:
                yield role, "", table
        for name, table in self.auxiliary.items():
            yield Role.AUXILIARY, name, table


class BenchFile(Settings):
    """A whole bench file."""

    channel: Annotated[dict[Text, ChannelTable], Field(min_length=1)]
    """One table per channel."""
    oven: dict[Text, OvenTable] = Field(default_factory=dict)
    """One table per oven."""
    notify: NotifyTable | None = None
    """Who is told when a run ends; nobody if it is not there."""
