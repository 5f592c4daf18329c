"""A twin of a Lake Shore 336: input A is in the oven, output 1 heats it."""

from ..clock import Clock
from .line_twin import LineTwin
from .oven import SimulatedOven


def lake_shore_twin(oven: SimulatedOven, clock: Clock, model: str = "336") -> LineTwin:
    """Return a twin; what it does not know it ignores, as the instrument does."""
    settings = {"SETP": "+300.000", "RANGE": "0", "OUTMODE": "1,1,0", "INTYPE": "2,1,0,1,1"}

    def answer(line: str) -> str | None:
        name, _, words = line.upper().partition(" ")
        if not name.endswith("?"):
            set_to(name, words.partition(",")[2])
            return None
        kelvin = 0.0 if oven.sensor_broken else oven.temperature_k(clock.now_s())
        return {
            "*IDN?": f"LSCI,MODEL{model},{model}A1B2/#######,2.9",
            "KRDG?": f"{kelvin:+08.3f}",
            "RDGST?": "1" if oven.sensor_broken else "0",
            **{f"{header}?": value for header, value in settings.items()},
        }.get(name)

    def set_to(name: str, value: str) -> None:
        if name == "SETP" and value.replace(".", "", 1).isdigit():
            settings[name] = f"{float(value):+08.3f}"
            oven.set_setpoint(clock.now_s(), float(value))
        elif name == "RANGE" and value in ("0", "1", "2", "3"):
            settings[name] = value
            oven.switch(clock.now_s(), value != "0")

    return LineTwin(answer)
