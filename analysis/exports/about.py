"""What goes with exported tables: which run, which cell, which signs, what each column means."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ... import __version__
from ..runs import RunPages
from .battery_data import POINT_COLUMNS, READING_COLUMNS, SCHEMA, TERMS
from .conventions import (
    FLAGS,
    SIGN_OF_CURRENT,
    SIGN_OF_IMPEDANCE,
    TIME,
    meaning_of_positive_current,
)
from .table import Column


def about_run(run: RunPages) -> dict[str, Any]:
    """A run and the conventions of its export, as JSON: for any format."""
    header = run.header
    clock_pairs = sum(event.kind == "clock_pair" for event in run.events)
    return {
        "run_id": header.run_id,
        "source": {
            "file": run.path.name,
            "sha256": run.sha256,
            "last_seq": run.last_seq,
            "last_elapsed_s": run.last_elapsed_s,
            "is_finished": run.is_finished,
        },
        "exported_by": f"solidcell {__version__}",
        "conventions": {
            "current": SIGN_OF_CURRENT,
            "cell": meaning_of_positive_current(dict(header.cell)),
            "impedance": SIGN_OF_IMPEDANCE,
            "elapsed_time": TIME,
            "wall_time": f"from {clock_pairs} recorded pairs of clocks"
            if clock_pairs
            else "no pair of clocks was recorded: counted on from when the run file was created",
            "flags": FLAGS,
        },
        "run": asdict(header),
        "instrument": _instrument(run),
    }


def columns_as_json(columns: Sequence[Column]) -> list[dict[str, str]]:
    """Name, unit and meaning of each column."""
    return [{"name": c.name, "unit": c.unit, "meaning": c.meaning} for c in columns]


def linked_data(run: RunPages, files: Mapping[Path, str]) -> dict[str, Any]:
    """The sidecar of a Battery Data Format export, as JSON-LD.

    ``files`` are what was written, with the SHA-256 of each. What has a term in the vocabularies
    of EMMO, schema.org, CSVW or Dublin Core stands under it, everything else under ``solidcell``.
    """
    header, cell = run.header, run.header.cell
    instrument = _instrument(run)
    return {
        "@context": [
            "https://w3id.org/emmo/domain/battery/context",
            {
                "schema": "https://schema.org/",
                "csvw": "http://www.w3.org/ns/csvw#",
                "dcterms": "http://purl.org/dc/terms/",
                "bdf": TERMS,
                "solidcell": {"@id": "urn:solidcell:about", "@type": "@json"},
            },
        ],
        "@type": "BatteryTest",
        "schema:identifier": header.run_id,
        "dcterms:created": header.created_utc,
        "dcterms:conformsTo": {"@id": SCHEMA},
        "hasTestObject": {"@type": "BatteryCell", "schema:name": str(cell.get("name", ""))},
        "hasTestEquipment": {
            "@type": "schema:Product",
            "schema:manufacturer": instrument.get("manufacturer", ""),
            "schema:model": instrument.get("model", ""),
            "schema:serialNumber": instrument.get("serial", ""),
        },
        "hasOutput": {
            "@type": ["BatteryTestResult", "schema:Dataset"],
            "schema:creator": {"@type": "schema:Person", "schema:name": header.operator},
            "schema:distribution": [_file(path, sha256) for path, sha256 in files.items()],
        },
        "solidcell": about_run(run),
    }


def _file(path: Path, sha256: str) -> dict[str, Any]:
    is_of_points = ".impedance." in path.name
    types = {".csv": "text/csv", ".parquet": "application/vnd.apache.parquet"}
    columns = POINT_COLUMNS if is_of_points else READING_COLUMNS
    return {
        "@type": ["schema:DataDownload", "csvw:Table"],
        "schema:contentUrl": path.name,
        "schema:encodingFormat": types[path.suffix],
        "schema:sha256": sha256,
        "schema:description": "impedance points in the terms of the Battery Data Format"
        if is_of_points
        else "Battery Data Format",
        "csvw:tableSchema": {"csvw:column": [_column(column) for column in columns]},
    }


def _column(column: Column) -> dict[str, Any]:
    told = {
        "csvw:name": column.term,
        "csvw:titles": column.name,
        "schema:unitText": column.unit,
        "dcterms:description": column.meaning,
    }
    told = {name: word for name, word in told.items() if word}
    return {**told, "csvw:propertyUrl": {"@id": f"bdf:{column.term}"}} if column.term else told


def _instrument(run: RunPages) -> dict[str, Any]:
    said = [event.body for event in run.events if event.kind == "instrument"]
    return dict(said[-1]) if said else {}
