"""Changes to a file that leave everything else of it as it was, comments above all."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.files.yaml_edits import (
    block_text,
    with_item,
    with_item_moved,
    with_value,
    without,
)
from solidcell.acquisition.files.yaml_lines import FileError, parse_text
from solidcell.acquisition.files.yaml_written import written

TEXT = """\
# head of the file
protocol: sequence
name: x   # the name

segments:
  # first a rest
  - segment: rest
    duration_min: 10   # ten
  # then a repeat
  - segment: repeat
    count: 2
    segments:
      - {segment: impedance, amplitude_mv: 20}   # in one line
      # an inner rest
      - segment: rest
        duration_s: 5

# limits of it
limits:
  voltage_max_v: 3   # not more
"""
REMARKS = [line.split("#")[1].strip() for line in TEXT.splitlines() if "#" in line]


@pytest.fixture
def document():
    return parse_text("x.yaml", TEXT)


def comments(document):
    lines = document.text.splitlines()
    return sorted(line.split("# ", 1)[1].strip() for line in lines if "# " in line)


def test_another_value_stands_in_its_line_with_the_comment_behind_it(document):
    new = with_value(document, ("segments", 0, "duration_min"), 12.5)
    assert new.text == TEXT.replace("duration_min: 10   # ten", "duration_min: 12.5   # ten")


def test_a_new_setting_stands_below_the_last_of_its_block(document):
    new = with_value(document, ("segments", 0, "sample_period_s"), 2.0)
    assert "    duration_min: 10   # ten\n    sample_period_s: 2\n  # then a repeat" in new.text
    assert comments(new) == sorted(REMARKS)


def test_an_item_is_moved_with_the_comment_above_it(document):
    new = with_item_moved(document, ("segments",), 0, 1)
    assert new.text.index("# then a repeat") < new.text.index("# first a rest")
    assert [item["segment"] for item in new.data["segments"]] == ["repeat", "rest"]
    assert comments(new) == sorted(REMARKS)
    assert with_item_moved(new, ("segments",), 1, 0).data == document.data


def test_an_item_that_goes_takes_its_own_comment_with_it_and_no_other(document):
    new = without(document, ("segments", 0))
    assert comments(new) == sorted(set(REMARKS) - {"first a rest", "ten"})


def test_an_item_is_put_before_another_and_its_comment(document):
    item = {"segment": "impedance", "frequency_max_hz": 1e6}
    new = with_item(document, ("segments",), 1, item)
    assert new.data["segments"][1] == item
    assert "frequency_max_hz: 1.0e+6\n  # then a repeat" in new.text


def test_what_stands_in_one_line_is_changed_too(document):
    key = ("segments", 1, "segments", 0)
    assert with_value(document, (*key, "amplitude_mv"), 5).data["segments"][1]["segments"][0] == {
        "segment": "impedance",
        "amplitude_mv": 5,
    }
    assert "in one line" not in without(document, key).text


def test_a_block_takes_the_place_of_a_block(document):
    new = with_value(document, ("limits",), {"voltage_min_v": -4.0, "voltage_max_v": 4.0})
    assert new.text.endswith("# limits of it\nlimits:\n  voltage_min_v: -4\n  voltage_max_v: 4\n")


def test_a_list_of_currents_is_replaced_where_it_is(document):
    text = "protocol: sequence\nrates_c: [0.1, 1]   # rates\n"
    new = with_value(parse_text("x.yaml", text), ("rates_c",), [0.1, 0.2, 2.0])
    assert new.text == "protocol: sequence\nrates_c: [0.1, 0.2, 2]   # rates\n"


def test_a_block_is_had_as_a_text_of_its_own_with_its_comments(document):
    assert block_text(document, ("limits",)) == "voltage_max_v: 3   # not more\n"
    line = parse_text("x.yaml", "test: {a: 1, b: [1, 2]}\n")
    assert block_text(line, ("test",)) == "a: 1\nb: [1, 2]\n"


@pytest.mark.parametrize("key", [("nothing", "x"), ("segments", 7, "x"), ("name", "x", "y")])
def test_a_place_that_is_not_there_is_refused(document, key):
    with pytest.raises(KeyError):
        with_value(document, key, 1)


def test_what_is_not_there_cannot_be_removed_or_moved(document):
    with pytest.raises(KeyError):
        without(document, ("notes",))
    with pytest.raises(KeyError):
        with_item_moved(document, ("segments",), 5, 0)
    with pytest.raises(KeyError):
        with_item(document, ("limits",), 0, {})


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=20)
SCALARS = st.one_of(
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    WORDS,
)


@settings(max_examples=12, deadline=None)
@given(value=SCALARS | st.lists(st.floats(-1e3, 1e3), max_size=4))
def test_whatever_is_written_is_read_again(value):
    text = "\n".join(["a:", *written([{"b": value}], 2)])
    try:
        read = parse_text("x.yaml", text).data["a"][0]["b"]
    except FileError:  # what the reader refuses to read is not written by it either
        assert isinstance(value, str)
        return
    assert read == value


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(
        [("name",), ("segments", 0, "duration_min"), ("segments", 1, "count"), ("notes",)]
    ),
    st.integers(1, 9) | st.floats(0.1, 1e8) | st.lists(st.integers(0, 9), min_size=1, max_size=3),
)
def test_no_change_of_a_value_loses_a_comment_or_touches_another_value(key, value):
    document = parse_text("x.yaml", TEXT)
    new = with_value(document, key, value)
    wanted = copy.deepcopy(document.data)
    place = wanted
    for part in key[:-1]:
        place = place[part]
    place[key[-1]] = value
    assert new.data == wanted
    assert comments(new) == sorted(REMARKS)
