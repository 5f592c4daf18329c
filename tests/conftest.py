"""What every test may rely on: no display, reproducible property tests, and a Ctrl+C."""

import os
import signal

from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # of a shell that runs us in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # and so would do our children

settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")
