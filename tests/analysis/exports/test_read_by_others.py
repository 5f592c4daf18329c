"""What is exported is read by programs that are not ours, and comes back as it was recorded."""

import csv
import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.record.reader import RunReader
from solidcell.analysis.exports import Format, export_run, write_parquet_tables
from support.any_run import any_steps
from support.battery_data_reader import read_by_batterydf
from support.written_runs import HOLD, SWEEP, Step, write_run

WARM = Step(
    rows=tuple((100.0 + n, 1 / 3 + n, -1e-5 / (n + 1), 298.15 + n, 5e6) for n in range(7)),
    kind="Potentiostatic",
    began_s=100.0,
)


@pytest.fixture(scope="module")
def parquet():
    return pytest.importorskip("pyarrow.parquet", reason="no pyarrow: pip install pyarrow")


@pytest.mark.slow
def test_batterydf_accepts_the_readings_as_csv_and_finds_the_recorded_numbers(tmp_path):
    run_file = write_run(tmp_path / "r.run.sqlite", (HOLD, SWEEP, WARM))
    export_run(run_file, Format.BDF, tmp_path)
    files = [tmp_path / name for name in ("r.bdf.csv", "r.bdf.parquet")]
    found = read_by_batterydf(*(file for file in files if file.exists()))
    with RunReader(run_file) as run:
        readings = run.readings()
    for one in found:
        assert (one["ok"], one["missing"], one["time_is_monotonic"]) == (True, [], True)
        assert set(one["extras"]) <= {"Flags / 1", "Step Type", "Temperature T1 / degC"}
        columns = {name: [*map(float, values)] for name, values in one["columns"].items()}
        assert columns["Voltage / V"] == [r.voltage_v for r in readings]
        assert columns["Current / A"] == [r.current_a for r in readings]
        assert columns["Test Time / s"] == [r.elapsed_s for r in readings]
        assert columns["Step Count / 1"] == [r.segment for r in readings]
        assert len(columns["Net Capacity / Ah"]) == len(readings) == 12
        assert columns["Applied Pressure / Pa"][-1] == 5e6


@pytest.mark.slow
@settings(max_examples=8)
@given(steps=any_steps(), end=st.sampled_from(["completed", None]))
def test_parquet_gives_back_every_recorded_row(parquet, tmp_path_factory, steps, end):
    run_file = write_run(tmp_path_factory.mktemp("any") / "r.run.sqlite", steps, end=end)
    tables = {path.name: parquet.read_table(path) for path in write_parquet_tables(run_file)}
    with RunReader(run_file) as run:
        recorded = {
            "readings": run.readings(),
            "impedance": run.impedance_points(),
            "auxiliary": run.auxiliary_readings(),
            "segments": run.segments(),
            "events": run.events(),
        }
    assert set(tables) == {f"r.{name}.parquet" for name in recorded}
    for name, rows in recorded.items():
        table = tables[f"r.{name}.parquet"]
        assert table.num_rows == len(rows)
        for column in set(table.column_names) - {"end", "detail", "began_s", "duration_s"}:
            values = table[column].to_pylist()
            if column in ("settings", "tags", "body"):
                values = [json.loads(value) for value in values]
            if column != "charge_c":
                assert values == [getattr(row, column) for row in rows]


def test_units_signs_and_the_run_stand_in_the_schema_of_each_table(parquet, tmp_path):
    cell = {"name": "β-Zelle", "working_electrode": "Li", "counter_electrode": "Li"}
    for path in write_parquet_tables(write_run(tmp_path / "r.run.sqlite", cell=cell)):
        schema = parquet.read_schema(path)
        about = json.loads(schema.metadata[b"solidcell"])
        assert about["run"]["cell"]["name"] == "β-Zelle"
        assert "into the working electrode" in about["conventions"]["current"]
        assert "negative where capacitive" in about["conventions"]["impedance"]
        assert all(field.metadata[b"meaning"] for field in schema)
        units = {f.name: f.metadata.get(b"unit", b"").decode() for f in schema}
        assert all(units[n] == "s" for n in units if n.endswith("_s"))
        expected = {"voltage_v": "V", "current_a": "A", "z_imag_ohm": "ohm", "frequency_hz": "Hz"}
        assert all(units[n] == unit for n, unit in expected.items() if n in units)


def test_a_missing_temperature_is_null_and_not_nan(parquet, tmp_path):
    paths = write_parquet_tables(write_run(tmp_path / "r.run.sqlite", (HOLD, WARM)))
    kelvin = parquet.read_table(paths[0])["temperature_k"].to_pylist()
    assert kelvin == [None] * 5 + [298.15 + n for n in range(7)]


@pytest.mark.slow
def test_a_noisy_reading_takes_less_than_27_bytes(parquet, tmp_path):
    noise = Random(7)
    rows = tuple(
        (0.1 * n, 0.05 + noise.gauss(0, 1e-3), 1e-4 + noise.gauss(0, 1e-6), None, None)
        for n in range(20_000)
    )
    run_file = write_run(tmp_path / "r.run.sqlite", (Step(rows=rows, began_s=0.0),))
    readings = write_parquet_tables(run_file)[0]
    assert readings.stat().st_size / len(rows) < 27
    assert parquet.read_table(readings)["voltage_v"].to_pylist() == [row[1] for row in rows]


def test_bdf_as_parquet_holds_the_numbers_of_bdf_as_csv(parquet, tmp_path):
    export_run(write_run(tmp_path / "r.run.sqlite", (HOLD, WARM)), Format.BDF, tmp_path)
    table = parquet.read_table(tmp_path / "r.bdf.parquet").to_pylist()
    with (tmp_path / "r.bdf.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(table) == len(rows) == 12
    for row, cells in zip(table, rows, strict=True):
        assert list(row) == list(cells)
        for name, value in row.items():
            plain = cells[name] if isinstance(value, str) else float(cells[name] or "nan")
            assert value == plain or (value is None and cells[name] == "")
