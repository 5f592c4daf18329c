"""Whatever a person writes into a settings file, the answer names the file and the line to mend."""

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from solidcell.acquisition.files.bench import load_bench
from solidcell.acquisition.files.cells import load_cell
from solidcell.acquisition.files.protocols import load_protocol
from solidcell.acquisition.files.toml_lines import toml_lines
from solidcell.acquisition.files.yaml_lines import FileError, read_document
from support.settings_files import EXAMPLES, SMALL_BENCH, SMALL_CCD, SMALL_CELL, written

PROTOCOLS = ("ccd", "eis", "dc", "arrhenius")
LOADERS = {"cell": load_cell, **dict.fromkeys(PROTOCOLS, load_protocol)}


def _refusal(load, path):
    with pytest.raises(FileError) as caught:
        load(path)
    return str(caught.value).replace(str(path), path.name)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", "f.yaml: the file is empty"),
        ("# nothing yet\n", "f.yaml: the file holds nothing but comments"),
        ("- a\n", "f.yaml:1: must be a list of settings"),
        ("a: 1\n\tb: 2\n", "f.yaml:2: a tab is not allowed here: indent with spaces"),
        ("a: 1\na: 2\n", "f.yaml:2: a: is given twice; it stands in line 1 too"),
        ("a: .nan\n", "f.yaml:1: a: .nan is not allowed: must be a finite number"),
        ("a:\n  b: -.inf\n", "f.yaml:2: a.b: -.inf is not allowed: must be a finite number"),
        ("a: 1_000\n", "f.yaml:1: a: 1_000 is not allowed: write it in decimal"),
        ("a: 0x10\n", "f.yaml:1: a: 0x10 is not allowed: write it in decimal"),
        ("a: &x 1\nb: *x\n", "f.yaml:2: b: aliases ('*name') are not allowed"),
        ("a: {<<: {b: 1}}\n", "f.yaml:1: a: merge keys ('<<') are not allowed"),
        ("a: !!python/object:os.system x\n", "f.yaml:1: a: 'x' is not allowed"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2: is not valid YAML"),
        ("a: [1, 2\nb: 3\n", "f.yaml:2: is not valid YAML"),
        ("? [a]\n: 1\n", "f.yaml:1: the name of a setting must be a word"),
        ("a: " + "[" * 60 + "]" * 60, "is nested deeper than 20 levels"),
        ("a: " + "[" * 600 + "]" * 600, "is nested deeper than 20 levels"),
        ("a: \x00\n", "f.yaml:1: holds a character that YAML does not allow"),
    ],
)
def test_what_yaml_allows_and_a_laboratory_does_not_expect_is_refused(tmp_path, text, refusal):
    assert refusal in _refusal(read_document, written(tmp_path, "f.yaml", text))


@pytest.mark.parametrize(
    ("written_value", "value"),
    [
        ("no", "no"),
        ("12:30:00", "12:30:00"),
        ("2026-01-02", "2026-01-02"),
        ("1e3", 1000.0),
        ("+5", 5),
        ("007", 7),
        ('"007"', "007"),
        ("true", True),
        ("", None),
        ("0,5", "0,5"),
    ],
)
def test_values_are_read_as_written(tmp_path, written_value, value):
    document = read_document(written(tmp_path, "f.yaml", f"a: {written_value}\n"))
    assert document.data == {"a": value}
    assert type(document.data["a"]) is type(value)


def test_a_file_that_is_not_there_is_one_clear_line(tmp_path):
    assert _refusal(load_cell, tmp_path / "lost.yaml") == "lost.yaml: there is no such file"


def test_a_folder_is_not_a_file(tmp_path):
    assert "cannot be read" in _refusal(load_cell, tmp_path)


def test_a_file_that_is_not_utf8_names_the_line_of_the_first_strange_byte(tmp_path):
    path = tmp_path / "old.yaml"
    path.write_bytes("name: a\nnotes: 10 µm\n".encode("latin-1"))
    assert _refusal(load_cell, path) == "old.yaml:2: byte 0xb5 is not UTF-8; save the file as UTF-8"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL_CELL.replace("\n", "\r\n").encode())
    assert load_cell(path).name == "c3"


def test_a_file_of_the_wrong_sort_is_not_read_to_its_end(tmp_path):
    path = tmp_path / "run.yaml"
    path.write_bytes(b"a" * 2_000_000)
    assert "2000000 bytes" in _refusal(load_cell, path)


def test_json_is_read_with_lines_too(tmp_path):
    text = '{\n\t"name": "c",\n\t"electrolyte": "LLZO",\n\t"thickness_um": -3\n}\n'
    refusal = _refusal(load_cell, written(tmp_path, "c.json", text))
    assert "c.json:4: thickness_um: -3 is not allowed: must be greater than 0 µm" in refusal


def test_json_that_is_cut_off_names_the_line(tmp_path):
    refusal = _refusal(load_cell, written(tmp_path, "c.json", '{"name": "c",\n'))
    assert refusal.startswith("c.json:2: is not valid JSON")


def test_a_number_with_thousands_of_digits_is_refused_in_every_format(tmp_path):
    digits = "1" * 5000
    for name, text in (
        ("c.json", f'{{"thickness_um": {digits}}}'),
        ("c.yaml", f"thickness_um: {digits}\n"),
        ("c.toml", f"thickness_um = {digits}\n"),
    ):
        assert _refusal(load_cell, written(tmp_path, name, text)).startswith(name)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("a = 1\na = 2\n", "f.toml:2: is not valid TOML: Cannot overwrite a value"),
        ("a = \n", "f.toml:1: is not valid TOML: Invalid value"),
        ("a = [1,\n", "f.toml:1: is not valid TOML"),
        ("a = " + "[" * 5000, "f.toml: is nested deeper"),
    ],
)
def test_toml_errors_name_the_line(tmp_path, text, refusal):
    assert refusal in _refusal(read_document, written(tmp_path, "f.toml", text))


def test_the_lines_of_toml_keys_are_found_in_tables_arrays_and_quotes():
    text = '# c\n[a."b c"]\nd.e = 1\nf = """\ng = 2\n"""\n[[h]]\ni = 1\n[[h]]\ni = 2\n'
    lines = toml_lines(text)

    assert lines["a", "b c"] == 2
    assert lines["a", "b c", "d", "e"] == 3
    assert ("a", "b c", "g") not in lines
    assert lines["h", 0, "i"] == 8
    assert lines["h", 1, "i"] == 10


def _loader(name):
    return load_bench if name.endswith(".toml") else LOADERS[re.match(r"[a-z]+", name)[0]]


def _valid_files():
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.iterdir())}
    small = {"ccd.yaml": SMALL_CCD, "cell.yaml": SMALL_CELL, "bench.toml": SMALL_BENCH}
    return {n: t for n, t in {**texts, **small}.items() if n.endswith((".yaml", ".toml"))}


VALID = _valid_files()
FRAGMENTS = st.sampled_from(
    [
        *"\t\n :[]{}#&*!|>'\"%@`,-?=._0",
        "nan",
        "1e999",
        "<<: ",
        "- ",
        "---\n",
        "null",
        "µ",
        "-1",
        '"""',
    ]
)


@st.composite
def _mutated(draw):
    """A valid file with a few characters cut out and a few put in."""
    name = draw(st.sampled_from(sorted(VALID)))
    text = VALID[name]
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 12))
        text = text[:start] + draw(FRAGMENTS | st.text(max_size=4)) + text[end:]
    return name, text


def test_the_valid_files_are_valid(tmp_path):
    assert len(VALID) >= 8
    for name, text in VALID.items():
        _loader(name)(written(tmp_path, name, text))


@pytest.mark.slow
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(file=_mutated())
@example(file=("cell.yaml", SMALL_CELL + "notes: \ud83d\n"))
@example(file=("bench.toml", SMALL_BENCH.replace("20.0", "nan")))
@example(file=("bench.toml", SMALL_BENCH.replace("20.0", "2026-01-01")))
def test_a_mutilated_file_is_read_or_refused_with_its_name_and_never_crashes(tmp_path, file):
    name, text = file
    path = tmp_path / name
    path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    refusal = ""
    try:
        _loader(name)(path)
    except FileError as error:
        refusal = str(error)
    assert all(line.startswith(str(path)) for line in refusal.split("\n") if refusal)


@pytest.mark.slow
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=200), name=st.sampled_from(["cell.yaml", "cell.json", "bench.toml"]))
def test_bytes_at_random_are_refused_with_the_name_of_the_file(tmp_path, data, name):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(FileError, match=re.escape(name)):
        _loader(name)(path)
