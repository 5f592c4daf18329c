"""A run that much befalls, by the real path, against an oracle; and that the oracle misses nothing.

``benchmarks/acquisition_soak.py`` is the same for days of a cell's life, drawn at random.
"""

import signal
import sqlite3

import pytest
from solidcell.acquisition.record.copying import copy_run
from support.soak import Soak
from support.soak_audit import audit
from support.soak_figures import CHARGE_ERROR_MAX, charge_error
from support.soak_misfortunes import (
    freeze,
    kill,
    kill_both,
    long_reader,
    pause,
    set_clock,
    skip,
    stop,
    suffer,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="freezes processes: POSIX only"),
]
MIDDLE = "(SELECT seq FROM reading ORDER BY seq LIMIT 1 OFFSET 20)"


@pytest.fixture(scope="module")
def soak(tmp_path_factory):
    """One run that breaks off twice and is gone on with twice, until somebody stops it."""
    fates = iter([pause, freeze, kill, set_clock, long_reader, kill_both, skip])
    soak = Soak(
        tmp_path_factory.mktemp("soak"),
        seed=7,
        speed=1000.0,
        between_s=400.0,
        hours=0.1,
        fate=lambda victim: suffer(victim, next(fates, stop)),
        goes_on=1.0,
    )
    soak.run()
    return soak


def test_what_a_run_suffers_breaks_no_promise(soak):
    result = soak.result
    assert result.wrong == []
    assert result.gone_on == 2
    assert set(result.ends) <= {"stopped", "emergency_stop"}
    assert sum(each.rows for each in result.audits) > 100
    assert result.live_rows > 100


def test_the_charge_of_the_record_is_that_of_the_cell(soak):
    assert sum(each.moved_c for each in soak.result.audits) > 0.01
    assert charge_error(soak.result) < CHARGE_ERROR_MAX


@pytest.mark.parametrize(
    ("forgery", "complaint"),
    [
        (f"DELETE FROM reading WHERE seq = {MIDDLE}", "is missing, and nothing had befallen it"),
        (
            f"UPDATE reading SET voltage_v = voltage_v + 1e-9 WHERE seq = {MIDDLE}",
            "was not said, or not after the row before it",
        ),
        (
            f"UPDATE reading SET elapsed_s = elapsed_s + 1e-3 WHERE seq >= {MIDDLE}",
            "s after",
        ),
        (
            "INSERT INTO reading SELECT (SELECT max(seq) + 1 FROM event), segment, elapsed_s, "
            f"voltage_v, current_a, NULL, NULL, flags FROM reading WHERE seq = {MIDDLE}",
            "was not said, or not after the row before it",
        ),
    ],
    ids=["a row is lost", "a digit is wrong", "the time is wrong", "a row comes twice"],
)
def test_the_oracle_notices_whatever_is_wrong_with_a_record(soak, tmp_path, forgery, complaint):
    run_file, course = max(soak.judged, key=lambda each: each[0].stat().st_size)
    forged = tmp_path / run_file.name
    copy_run(run_file, forged)
    with sqlite3.connect(forged) as db:
        triggers = db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            db.execute(f"DROP TRIGGER {name}")
        db.execute(forgery)
    db.close()
    assert audit(run_file, soak.instrument, course, {}).wrong == []
    assert complaint in " ".join(audit(forged, soak.instrument, course, {}).wrong)
