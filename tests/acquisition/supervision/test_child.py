"""The end of a child process is known at once, and its life costs nothing."""

import signal
import subprocess
import sys

import pytest
from solidcell.acquisition.supervision.child import Child

pytestmark = pytest.mark.slow
PATIENCE_S = 60.0


def started(code):
    return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)


def test_a_child_that_lives_has_no_exit_code():
    process = started("input()")
    child = Child(process)
    assert child.exit_code(within_s=0.01) is None
    process.communicate(b"\n")
    assert child.exit_code(within_s=PATIENCE_S) == 0
    assert child.exit_code(within_s=0.0) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
def test_a_child_that_was_killed_says_so_by_its_exit_code():
    with started("input()") as process:
        child = Child(process)
        assert child.exit_code(within_s=0.0) is None
        process.kill()  # while the thread waits for it
        assert child.exit_code(within_s=PATIENCE_S) == -signal.SIGKILL
