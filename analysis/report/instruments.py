"""What measured a run and what stood around the cell, from the head of its record."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from ..runs import Run
from .table import Table

Facts: TypeAlias = Mapping[str, Any]
OVEN = "oven"


def instrument_table(run: Run) -> Table | None:
    """Every device of the channel by role, the oven and its gauges; ``None`` for an older record.

    A device says who it is as it was asked at the start: where nothing stands but driver and
    address, it did not tell, or was not asked.
    """
    identities = _identities(run)
    bench = run.header.bench
    devices = bench.get("devices") or ([bench] if bench.get("driver") else [])
    rows = [_row(device, identities) for device in devices]
    if oven := bench.get(OVEN):
        rows.append(
            (f"oven {oven['name']}", _said(oven["device"], identities.get(OVEN), oven["name"]))
        )
    return Table("Instruments", tuple(rows), 0.3) if rows else None


def _row(device: Facts, identities: Facts) -> tuple[str, str]:
    role, name = str(device.get("role", "")).replace("_", " "), str(device.get("name") or "")
    keys = (name, str(device.get("role")), "stack_pressure" if "pressure" in role else "")
    identity = next((identities[key] for key in keys if key in identities), None)
    label = f"{role} {name}".strip() or "instrument"
    return label, _said(device, identity, name)


def _said(device: Facts, identity: Facts | None, name: str) -> str:
    driver = f"{device.get('driver')} at {device.get('address')}"
    if identity is None:
        return driver
    named = " ".join(str(identity.get(key) or "") for key in ("manufacturer", "model")).strip()
    told = [named or name]
    told += [
        f"{word} {identity[key]}"
        for key, word in (("serial", "serial number"), ("firmware", "firmware"))
        if identity.get(key)
    ]
    return f"{', '.join(told)}; {driver}"


def _identities(run: Run) -> dict[str, Facts]:
    """Who answered, by role, or by name for what stands around the cell."""
    found: dict[str, Facts] = {}
    for event in run.events:
        if event.kind == "instrument":
            by_role = event.body.get("devices")
            found |= by_role or {str(run.header.bench.get("role", "")): event.body}
        elif event.kind == "surroundings":
            found |= event.body.get("devices", {})
    return found
