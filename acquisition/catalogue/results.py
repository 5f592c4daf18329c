"""What the report of a run found, as rows of the catalogue."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from .wording import digest, plain, when

CRITICAL_CURRENT: Final = "critical_current"
IMPEDANCE: Final = "impedance"
_A_M2_PER_MA_CM2: Final = 10.0
_TOO_LONG: Final = frozenset({"half_cycles", "criteria"})
"""Left in the report: long, and nothing to search by."""


def read_results(result_file: Path, run_id: str, run_key: str) -> list[dict[str, Any]]:
    """The results of one run; none if it has no report, or that of another run.

    A file that is not such a report is none: the catalogue never fails for it.
    """
    try:
        told = json.loads(result_file.read_text(encoding="utf-8"))
        provenance = told["provenance"]
        if provenance["run"] != run_id:
            return []
        bodies = _bodies(told)
        origin = _origin(provenance)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
    return [_row(run_key, kind, body, origin) for kind, body in bodies.items()]


def _bodies(told: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    bodies: dict[str, Mapping[str, Any]] = {}
    if found := told.get("critical_current"):
        bodies[CRITICAL_CURRENT] = {k: v for k, v in found.items() if k not in _TOO_LONG}
    if fits := told.get("impedance"):
        bodies[IMPEDANCE] = {"spectra": [dict(fit) for fit in fits]}
    return bodies


def _origin(provenance: Mapping[str, Any]) -> dict[str, Any]:
    sha256, _, remark = str(provenance["SHA-256 of the run file"]).partition(" ")
    return {
        "software_version": str(provenance["analysed by"]),
        "input_sha256": sha256,
        "input_whole": not remark,
        "made": when(str(provenance["report made"])),
    }


def _row(
    run_key: str, kind: str, body: Mapping[str, Any], origin: Mapping[str, Any]
) -> dict[str, Any]:
    row = plain(
        {
            "kind": kind,
            "passed_a_m2": _current_density_a_m2(body.get("passed_ma_cm2")),
            "failed_a_m2": _current_density_a_m2(body.get("failed_ma_cm2")),
            "failure": _text(body.get("failure")),
            "evidence_grade": _text(body.get("evidence_grade")),
            **origin,
            "body": dict(body),
        }
    )
    return {"run_key": run_key, **row, "content_sha256": digest(row)}


def _current_density_a_m2(value_ma_cm2: object) -> float | None:
    if not isinstance(value_ma_cm2, int | float):
        return None
    return float(value_ma_cm2) * _A_M2_PER_MA_CM2


def _text(value: object) -> str | None:
    return None if value is None else str(value)
