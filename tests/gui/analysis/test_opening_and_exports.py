"""Files and folders are read whatever is among them; tables and figures hold what is shown."""

import csv

import pytest
from solidcell.gui.analysis.entries import Status
from solidcell.gui.analysis.figure_export import FigureError, write_figure
from solidcell.gui.analysis.fitting import choose_each
from solidcell.gui.analysis.opening import name_of, open_spectra
from solidcell.gui.analysis.rows import Order, sorted_entries, spectrum_rows, standing_text
from solidcell.gui.analysis.session import Session
from solidcell.gui.analysis.table_export import write_table
from support.arc_spectra import arc_measured, write_arc_spectra
from support.measured_spectra import measured_spectrum_file


def test_a_folder_is_read_to_the_bottom_and_a_bad_file_stops_no_other(tmp_path):
    write_arc_spectra(tmp_path / "warm", 2)
    write_arc_spectra(tmp_path / "cold" / "deep", 1)
    (tmp_path / "cold" / "bad.csv").write_text("f,z\n1,x\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("no spectrum", encoding="utf-8")
    opened = open_spectra([tmp_path])
    assert sorted(name_of(one) for one in opened.measured.values()) == [
        "cell-0.csv",
        "cell-0.csv",
        "cell-1.csv",
    ]
    (problem,) = opened.problems
    assert "bad.csv" in problem


def test_a_file_picked_by_itself_is_always_looked_into(tmp_path):
    notes = tmp_path / "notes.md"
    notes.write_text("no spectrum\n", encoding="utf-8")
    opened = open_spectra([notes, tmp_path / "gone.csv"])
    assert not opened.measured
    assert len(opened.problems) == 2
    assert "notes.md" in opened.problems[0]
    assert "gone.csv" in opened.problems[1]


def test_a_run_is_opened_once_though_its_exports_lie_beside_it(tmp_path, data_dir):
    (folder,) = data_dir.iterdir()
    write_arc_spectra(folder, 2)
    opened = open_spectra([folder])
    assert opened.measured
    assert not opened.problems
    assert all(one.file.name.endswith(".run.sqlite") for one in opened.measured.values())
    assert all(one.geometry is not None for one in opened.measured.values())


@pytest.mark.parametrize(
    "name",
    [
        "vendor/exampleData.csv",
        "vendor/exampleDataBioLogic.mpt",
        "vendor/exampleDataGamry.DTA",
        "vendor/exampleDataZPlot.z",
        "lpscl_blocking/PEIS_LPSCl_IonBlocking_-25C.txt",
        "lpscl_blocking/PEIS_LPSCl_IonBlocking_-25C_RelaxIS.txt",
    ],
)
def test_measured_files_of_every_maker_open(name):
    opened = open_spectra([measured_spectrum_file(name)])
    assert opened.measured
    assert not opened.problems


@pytest.fixture
def session(tmp_path):
    """The second of three spectra is fitted."""
    session = Session(tmp_path / "unsaved")
    session.add({str(n): arc_measured(n) for n in range(3)})
    session.take(choose_each(session.jobs(("1",))), "choose")
    yield session
    session.close()


def test_opening_the_same_file_again_adds_nothing(session):
    assert session.add({"1": arc_measured(1)}) == 0
    assert len(session.project) == 3


def test_the_table_holds_values_with_errors_and_every_spectrum(session, tmp_path):
    file = tmp_path / "fits.csv"
    write_table(file, session)
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["label"] for row in rows] == ["cell-0", "cell-1", "cell-2"]
    assert [row["status"] for row in rows] == ["not fitted", "fitted", "not fitted"]
    fitted = session.project.entry("1")
    values = fitted.outcome.model.values()
    assert float(rows[1]["R1_ohm"]) == pytest.approx(values["R1"])
    assert float(rows[1]["R1_ohm_standard_error"]) > 0
    assert float(rows[1]["CPE1_1"]) == pytest.approx(values["CPE1_1"])
    assert rows[0]["R1_ohm"] == ""
    assert float(rows[1]["misfit"]) == pytest.approx(fitted.outcome.misfit)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ending", "head"), [(".pdf", b"%PDF"), (".svg", b"<?xml"), (".png", b"\x89PNG")]
)
def test_a_figure_is_written_after_the_ending_of_its_name(session, tmp_path, ending, head):
    file = tmp_path / f"cell{ending}"
    write_figure(file, session, "1")
    assert file.read_bytes().startswith(head)
    assert [path.name for path in tmp_path.glob("cell*")] == [file.name]


def test_a_figure_of_another_ending_is_refused(session, tmp_path):
    with pytest.raises(FigureError, match=r"cell.bmp: a figure ends in .pdf, .svg, .png"):
        write_figure(tmp_path / "cell.bmp", session, "1")


def test_the_list_is_sorted_worst_first_by_name_and_back(session):
    def keys(order):
        return [entry.key for entry in sorted_entries(session, order)]

    assert keys(Order()) == ["0", "1", "2"]
    assert keys(Order(3)) == ["1", "0", "2"]
    assert keys(Order(1)) == ["0", "1", "2"]
    assert keys(Order(1, is_reversed=True)) == ["2", "1", "0"]


def test_a_row_says_where_its_spectrum_stands(session):
    rows = spectrum_rows(session, Order(), waiting={"2"})
    assert [row.texts[4] for row in rows] == ["no fit", "fitted", "waiting"]
    assert rows[1].texts[3].endswith("%")
    assert rows[0].texts[3] == ""
    assert "Fitted with" in standing_text(session.project.entry("1"))
    assert session.project.entry("0").status is Status.NOT_FITTED
