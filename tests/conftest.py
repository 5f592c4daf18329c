"""What every test may rely on: no display, reproducible property tests, and a Ctrl+C."""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # of a shell that runs us in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # and so would do our children

LONG_TESTS = "SOLIDCELL_LONG_TESTS"
settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")


def pytest_collection_modifyitems(items):
    """Leave out the longest tests, another of whose kind is there, unless they are asked for."""
    if os.environ.get(LONG_TESTS):
        return
    left_out = pytest.mark.skip(reason=f"long; set {LONG_TESTS}=1 to run it, too")
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(left_out)
