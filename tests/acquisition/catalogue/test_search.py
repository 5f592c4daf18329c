"""A search finds exactly the runs whose files say what is looked for."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.catalogue.database import open_in_memory, open_lab
from solidcell.acquisition.catalogue.listing import list_catalogued
from solidcell.acquisition.catalogue.mirror import mirror
from solidcell.acquisition.catalogue.refresh import refresh
from solidcell.acquisition.catalogue.search import Search, find
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.runs import RunStateName, list_runs
from support.catalogued_runs import make_run, write_result

CELLS = ("LPSCl 7", "lpscl-70", "100 % Zelle_1", "Straße/2")
ELECTROLYTES = ("LPSCl", "LLZO", "Li3PS4+LiF")
PROTOCOLS = (
    {"protocol": "critical_current", "name": "ramp"},
    {"protocol": "sequence", "name": "µ-steps"},
    {"protocol": "sequence"},
)
REASONS = ("completed", "failed", "limit_tripped", None)
FIRST = datetime(2026, 1, 1, 12, tzinfo=UTC)


def write_runs(data):
    """A folder in which every value meets many others, with a damaged run among them."""
    choices = list(product(CELLS, ELECTROLYTES, PROTOCOLS, REASONS))[::5]
    for number, (cell, electrolyte, protocol, reason) in enumerate(choices):
        make_run(
            data,
            f"2026-01-{number + 1:02}_A{number % 2}",
            reason=reason,
            channel=f"A{number % 2}",
            created_utc=(FIRST + timedelta(hours=7 * number)).isoformat(),
            cell={"name": cell, "electrolyte": electrolyte},
            cell_text=f"name: {cell}  # from batch β{number}\n",
            protocol=protocol,
            operator="Ada" if number % 3 else "GRACE",
        )
    (data / "torn").mkdir()
    (data / "torn" / "torn.run.sqlite").write_bytes(b"torn")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    write_runs(folder)
    return folder


@pytest.fixture(scope="module")
def catalogue(data):
    with open_in_memory() as opened:
        refresh(opened, data)
        yield opened


@pytest.fixture(scope="module")
def files(data):
    """What the files themselves say, read by nothing of the catalogue."""
    found = {}
    for state in list_runs(data):
        header = None
        if state.state is not RunStateName.UNREADABLE:
            with RunReader(state.run_file) as reader:
                header = reader.header
        found[state.run_id] = (state, header)
    return found


def same(text):
    return unicodedata.normalize("NFKC", text).casefold()


def is_named(name, pattern):
    parts = [re.escape(part) for part in same(pattern).split("*")]
    return re.fullmatch(".*".join(parts), same(name), re.DOTALL) is not None


def matches(search, state, header):
    """The meaning of a search, said a second time over one run file."""
    if search.states and state.state not in search.states:
        return False
    if header is None:
        by_text = search.text is None or same(search.text) in same(f"torn\n{state.detail}")
        others = (search.cell, search.electrolyte, search.since, search.before)
        unnamed = [is_named("", p) for p in (search.channel, search.protocol) if p is not None]
        return by_text and set(others) == {None} and all(unnamed)
    kinds = [str(header.protocol.get(name, "")) for name in ("protocol", "name")]
    texts = [header.run_id, header.channel, header.operator]
    text = "\n".join([*texts, header.cell_text, header.protocol_text, state.detail])
    created = datetime.fromisoformat(header.created_utc)
    return all(
        (
            search.cell is None or is_named(header.cell["name"], search.cell),
            search.electrolyte is None or is_named(header.cell["electrolyte"], search.electrolyte),
            search.channel is None or is_named(header.channel, search.channel),
            search.protocol is None or any(is_named(kind, search.protocol) for kind in kinds),
            search.text is None or same(search.text) in same(text),
            search.since is None or created >= search.since,
            search.before is None or created < search.before,
        )
    )


def pattern_of(*values):
    """Names as a person might give them: whole, in capitals, cut short, or something else."""
    whole = st.sampled_from(values)
    cut = st.builds(lambda text, n: f"{text[:n]}*", whole, st.integers(0, 4))
    return st.none() | whole | whole.map(str.upper) | cut | st.sampled_from(["*", "", "%", "_*"])


TIMES = st.none() | st.integers(-10, 300).map(lambda hours: FIRST + timedelta(hours=hours))
SEARCHES = st.builds(
    Search,
    cell=pattern_of(*CELLS),
    electrolyte=pattern_of(*ELECTROLYTES),
    protocol=pattern_of("critical_current", "ramp", "sequence", "μ-steps"),
    channel=pattern_of("A0", "A1"),
    text=st.none() | st.sampled_from(["Β1", "grace", "# FROM", "%", "_", "it was failed", "/"]),
    since=TIMES,
    before=TIMES,
    states=st.frozensets(st.sampled_from(RunStateName), max_size=4),
)


@pytest.mark.slow
@settings(max_examples=150)
@given(search=SEARCHES)
def test_a_search_finds_what_a_look_into_every_file_finds(search, data, catalogue, files):
    found = [each.state.run_id for each in list_catalogued(catalogue, data, search)]
    expected = [name for name, (state, header) in files.items() if matches(search, state, header)]
    assert found == expected


@pytest.mark.parametrize(
    ("search", "count"),
    [
        (Search(electrolyte="llzo"), 10),
        (Search(cell="LPSCL*"), 15),
        (Search(cell="100 % ZELLE_1"), 7),
        (Search(cell="100 % Zelle?1"), 0),
        (Search(cell="STRASSE/2"), 7),
        (Search(text="batch β3"), 1),
        (Search(text="100 % z"), 7),
        (Search(text="name: %"), 0),
        (Search(text="e_1"), 7),
        (Search(text="lpscl_7"), 0),
        (Search(protocol="μ-STEPS"), 9),
        (Search(protocol="sequence", electrolyte="LLZO"), 6),
    ],
)
def test_names_are_whole_in_any_case_and_a_star_is_anything(catalogue, search, count):
    assert len(find(catalogue, search)) == count


def test_every_run_is_listed_as_a_look_at_every_run_lists_it(data, catalogue):
    listed = [each.state for each in list_catalogued(catalogue, data, Search())]
    assert listed == list_runs(data)
    assert {RunStateName.DEAD, RunStateName.UNREADABLE} <= {state.state for state in listed}


def test_a_laboratory_finds_the_same_ended_runs_whatever_its_database(data, catalogue, lab_address):
    searches = (
        Search(),
        Search(electrolyte="ll*", text="Β"),
        Search(cell="100 % zelle_1"),
        Search(protocol="Μ-steps", since=FIRST + timedelta(hours=30)),
        Search(channel="a1", before=FIRST + timedelta(hours=100)),
    )
    with open_lab(lab_address) as lab:
        mirror(catalogue, lab, bench="b1", data_dir=data)
        for search in searches:
            here = [run.uuid for run in find(catalogue, search) if run.ended_as is not None]
            assert [run.uuid for run in find(lab, search)] == here
            assert here


def test_a_run_found_comes_with_the_result_of_its_report(tmp_path):
    write_result(make_run(tmp_path, "r1"), passed_ma_cm2=1.5)
    make_run(tmp_path, "r2")
    with open_in_memory() as catalogue:
        refresh(catalogue, tmp_path)
        second, first = find(catalogue, Search())
    assert (first.passed_a_m2, first.failed_a_m2, first.failure) == (15.0, 20.0, "soft short")
    assert (second.run_id, second.passed_a_m2) == ("r2", None)
