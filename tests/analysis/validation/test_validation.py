"""Published numbers beside ours: the verdicts, the groups that are cheap, and the page."""

from pathlib import Path

import pytest
from solidcell.analysis.validation import short_circuits
from solidcell.analysis.validation.check import FAILED, compare, holds, recorded
from solidcell.analysis.validation.everything import GROUPS, checks, of_group
from solidcell.analysis.validation.page import counts, page, section

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "validation.md"
CHEAP = ("energy_levels", "cell_cost", "cell_model", "model_parameters", "statements", "library")


@pytest.mark.parametrize(
    ("published", "ours", "more", "verdict"),
    [
        ("41", 41.49, {}, "reproduced"),
        ("41", 41.51, {}, "within rounding"),
        ("41", 42.01, {}, FAILED),
        ("7", 7.576, {}, FAILED),
        ("41.0", 41.2, {"allowed": 0.01}, "within stated deviation"),
        ("41.0", 41.5, {"allowed": 0.01}, FAILED),
        ("41", float("nan"), {"allowed": 0.5}, FAILED),
        ("4.7e-7", 4.74e-7, {}, "reproduced"),
        ("4.7e-7", 4.9e-7, {}, FAILED),
    ],
)
def test_the_last_printed_digit_decides(published, ours, more, verdict):
    assert compare("item", "source", published, ours, **more).verdict == verdict


def test_an_inconsistent_value_is_no_excuse_for_a_wrong_number_of_ours():
    def judged(ours):
        return compare("x", "s", "50.7", ours, inconsistent="a slip", expected=46.2).verdict

    assert judged(46.2) == "published value is inconsistent (a slip)"
    assert judged(50.7) == FAILED
    assert compare("x", "s", "50.7", 46.2, inconsistent="a slip").failed


def test_a_statement_holds_or_fails_and_what_is_recorded_never_fails():
    assert holds("x", "s", "a", "b", good=False).failed
    assert not holds("x", "s", "a", "b", good=True).failed
    assert recorded("x", "s", "a").deviation is None


@pytest.mark.parametrize("group", CHEAP)
def test_nothing_of_a_cheap_group_fails_and_its_part_of_the_page_is_current(group):
    found = list(of_group(group))
    assert [check.item for check in found if check.failed] == []
    assert section(group, found) in PAGE.read_text(encoding="utf-8"), (
        "run `solidcell validate --page docs/reference/validation.md`"
    )


def test_as_many_published_energies_come_out_as_can():
    words = counts(of_group("energy_levels"))
    assert words["reproduced"] == 26 + 22 + 17
    assert words["published value is inconsistent"] == 9
    assert words["recorded"] == 3 + 5


def test_the_page_holds_every_group_and_no_failure():
    text = PAGE.read_text(encoding="utf-8")
    for title in GROUPS.values():
        assert f"## {title[0].upper()}{title[1:]}\n" in text
    assert "| FAILED |" not in text


def test_items_are_found_by_words_of_any_column():
    found = list(checks(["energy_levels", "mos3", "inconsistent"]))
    assert len(found) == 3
    assert "| cell 28 (MoS3), cathode, Wh/kg | 360 | 406.98 | +13 % |" in page(found)


def test_a_published_range_is_shown_from_end_to_end():
    shown = {(c.item, c.published) for c in of_group("library")}
    for item, published in (
        ("Li5.5PS4.5Cl1.5: conductivity, solid state at 298 K, S/cm", "0.009 to 0.012"),
        ("Li6+xP1-xGexS5I: conductivity, solid state at 298 K, S/cm", "0.0054 to 0.018"),
        ("Li7La3Zr2O12: conductivity at 298 K, S/cm", "0.0002 to 0.001"),
    ):
        assert (item, published) in shown


def test_lines_of_a_table_are_not_broken_by_a_name():
    text = page([("library", recorded("Li|LLZO|Li", "s", 0.4))])
    assert r"| Li\|LLZO\|Li | 0.4 |" in text


@pytest.mark.slow
def test_a_prescribed_short_and_a_warmer_cell_are_told_apart():
    cases = short_circuits._CASES
    for name in ("10 K warmer at once", "abrupt hard short"):
        right, make = cases[name]
        assert short_circuits._verdict(make(7))[0] == right
