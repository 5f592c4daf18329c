"""A protocol while it is written: its tree, its fields, its problems by their place."""

import pytest
from solidcell.acquisition.files.protocol_document import (
    item_of,
    item_specs,
    new_protocol,
    open_protocol,
    problems_of,
    protocol_specs,
    save_protocol,
    tree_of,
    with_item,
    with_value,
)
from solidcell.acquisition.files.protocol_sequence import SequenceProtocol
from solidcell.acquisition.files.yaml_lines import FileError
from support.settings_files import EXAMPLES, written

WORDS = [spec.word for spec in item_specs()]


def every_field(fields):
    for each in fields:
        yield each
        yield from every_field(each.fields)


@pytest.mark.parametrize("word", WORDS)
def test_every_new_item_is_right_from_the_beginning(word):
    document = with_item(new_protocol("sequence"), ("segments",), 0, item_of(word))
    assert problems_of(document) == ()
    assert tree_of(document).children["segments"][0].word == word


def test_the_fields_of_the_items_are_those_of_the_schema():
    schema = SequenceProtocol.model_json_schema()["$defs"]
    by_word = {
        d["properties"]["segment"]["const"]: set(d["properties"])
        for d in schema.values()
        if "segment" in d["properties"]
    }
    assert {s.word: {f.name for f in s.fields} | {"segment"} for s in item_specs()} == by_word


def test_every_field_says_what_it_is_and_in_which_unit():
    for spec in (*item_specs(), *protocol_specs()):
        assert spec.doc
        for each in every_field(spec.fields):
            assert each.doc, (spec.word, each.name)
            assert (each.kind == "choice") == (len(each.choices) > 0)
            numbers = each.kind in ("number", "whole number") or each.of == "number"
            assert numbers or (each.low is None and each.unit == "")


def test_a_field_tells_its_bounds_default_and_whether_it_can_be_left_out():
    specs = {spec.word: {f.name: f for f in spec.fields} for spec in item_specs()}
    cycles = specs["plating_stripping"]["cycles"]
    assert (cycles.kind, cycles.default, cycles.low, cycles.low_open) == (
        "whole number",
        100,
        1,
        False,
    )
    electrode = specs["stability_window"]["electrode_type"]
    assert (electrode.required, electrode.choices) == (True, ("planar", "composite"))
    impedance = specs["dc_polarisation"]["impedance_after"]
    assert (impedance.none_allowed, impedance.default) == (True, "none")
    assert [f.name for f in impedance.fields] == [
        "frequency_max_hz", "frequency_min_hz", "points_per_decade", "amplitude_mv",
    ]  # fmt: skip


def test_a_tree_shows_items_in_items_with_where_they_stand():
    tree = tree_of(open_protocol(EXAMPLES / "arrhenius_eis.yaml"))
    (series,) = tree.children["segments"]
    (inner,) = series.children["segments"]
    assert series.summary.startswith("25, 35, 45, 55, 65 °C")
    assert inner.key == ("segments", 0, "segments", 0)


def test_a_tree_can_be_shown_of_a_file_full_of_mistakes(tmp_path):
    text = "protocol: sequence\nsegments:\n  - {segment: rets}\n  - 7\n  - {segment: if, then: 3}\n"
    document = open_protocol(written(tmp_path, "bad.yaml", text))
    words = [node.word for node in tree_of(document).children["segments"]]
    assert words == ["rets", "", "if"]
    assert {problem.key[:2] for problem in problems_of(document)} == {
        ("segments", 0), ("segments", 1), ("segments", 2),
    }  # fmt: skip


def test_what_is_wrong_is_not_saved_and_what_is_right_is_saved_whole(tmp_path):
    path = written(tmp_path, "p.yaml", "protocol: sequence   # mine\nsegments: []\n")
    with pytest.raises(FileError, match=r"p\.yaml:2: segments"):
        save_protocol(open_protocol(path), path)
    assert "segments: []" in path.read_text(encoding="utf-8")
    good = with_item(open_protocol(path), ("segments",), 0, item_of("rest"))
    protocol = save_protocol(good, path)
    assert "# mine" in path.read_text(encoding="utf-8")
    assert protocol.name == "p"
    assert [each.name for each in tmp_path.iterdir()] == ["p.yaml"]


def test_a_json_protocol_can_be_changed_as_the_yaml_that_it_is(tmp_path):
    text = '{"protocol": "sequence", "segments": [{"segment": "rest", "duration_s": 5}]}'
    document = open_protocol(written(tmp_path, "p.json", text))
    changed = with_value(document, ("segments", 0, "duration_s"), 7)
    assert changed.data["segments"][0]["duration_s"] == 7
