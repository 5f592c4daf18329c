"""Step files of segments: against unicycler's for the same step, and as the twin reads them."""

import re
from datetime import datetime
from uuid import UUID
from xml.etree.ElementTree import Element

import pytest
from aurora_unicycler import CyclingProtocol
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.neware.step_file import Protection, step_file
from solidcell.drivers.segments import Galvanostatic, Potentiostatic, Rest
from solidcell.drivers.simulated.neware.job import read_job

pytestmark = pytest.mark.proves("neware", library="aurora-unicycler")
WRITTEN = {
    "remark": "x",
    "guid": UUID(int=1),
    "written": datetime(2026, 11, 21, 17, 0, 0),
    "voltage_now_v": 0.0,
}


def unicycled(step: dict) -> Element:
    protocol = CyclingProtocol.from_dict(
        {
            "record": {"time_s": 2.0},
            "safety": {"max_voltage_V": 4.5, "min_voltage_V": -0.5, "max_current_mA": 2.0},
            "method": [step],
        }
    )
    return fromstring(protocol.to_neware_xml(sample_name="x"))


def shape(element: Element) -> dict:
    """All attributes by the way to their element; numbers as numbers."""
    found: dict[str, object] = {}

    def walk(at: Element, way: str) -> None:
        for name, value in at.attrib.items():
            is_number = re.fullmatch(r"-?\d+(\.\d+)?", value)
            found[f"{way}/{at.tag}@{name}"] = float(value) if is_number else value
        for child in at:
            walk(child, f"{way}/{at.tag}")

    walk(element, "")
    return found


OURS_ALONE = ("@date", "@Guid", "Creator@Value")


@pytest.mark.parametrize(
    ("segment", "step"),
    [
        (
            Rest(duration_s=60, sample_period_s=2),
            {"step": "open_circuit_voltage", "until_time_s": 60},
        ),
        (
            Galvanostatic(
                current_a=1.25e-3,
                duration_s=60,
                voltage_min_v=3,
                voltage_max_v=4.2,
                sample_period_s=2,
            ),
            {
                "step": "constant_current",
                "current_mA": 1.25,
                "until_time_s": 60,
                "until_voltage_V": 4.2,
            },
        ),
        (
            Galvanostatic(
                current_a=-1.25e-3,
                duration_s=60,
                voltage_min_v=-0.1,
                voltage_max_v=4.2,
                sample_period_s=2,
            ),
            {
                "step": "constant_current",
                "current_mA": -1.25,
                "until_time_s": 60,
                "until_voltage_V": -0.1,
            },
        ),
    ],
)
def test_a_step_file_is_the_one_that_unicycler_writes(segment, step):
    safety = Protection(voltage_min_v=-0.5, voltage_max_v=4.5, current_max_a=2e-3)
    ours, theirs = shape(fromstring(step_file(segment, safety, **WRITTEN))), shape(unicycled(step))
    extra = "/root/config/Whole_Prt/Protect/Main/Curr/Lower@Value"
    assert ours.pop(extra) == -2.0  # unicycler was not asked for a lowest current
    for name in [n for n in ours | theirs if n.endswith(OURS_ALONE)]:
        ours.pop(name), theirs.pop(name)
    assert ours == theirs


@pytest.mark.parametrize(("voltage_v", "kind"), [(0.3, "3"), (-0.3, "19")])
def test_a_voltage_is_reached_by_charging_from_below_and_discharging_from_above(voltage_v, kind):
    segment = Potentiostatic(voltage_v=voltage_v, duration_s=60, current_max_a=1e-3)
    ours = shape(fromstring(step_file(segment, Protection(), **WRITTEN)))
    end_a = 1 if kind == "3" else -1
    theirs = shape(
        unicycled(
            {
                "step": "constant_voltage",
                "voltage_V": voltage_v,
                "until_time_s": 60,
                "until_current_mA": end_a * 1e-3,
            }
        )
    )
    step = "/root/config/Step_Info/Step1"
    for name in ("@Step_Type", "/Limit/Main/Volt@Value", "/Limit/Main/Time@Value"):
        assert ours[step + name] == theirs[step + name]
    assert ours[f"{step}@Step_Type"] == float(kind)
    assert ours[f"{step}/Limit/Main/Curr@Value"] == 1.0


@settings(max_examples=40, deadline=None)
@given(
    current_a=st.floats(1e-6, 0.1) | st.floats(-0.1, -1e-6),
    low_v=st.floats(-5, -0.01),
    high_v=st.floats(0.01, 5),
    duration_s=st.integers(1, 10**8).map(lambda tenths: tenths / 10),
    period_s=st.integers(1, 10**4).map(lambda tenths: tenths / 10),
)
def test_whatever_a_segment_asks_for_is_what_its_step_file_says(
    current_a, low_v, high_v, duration_s, period_s
):
    segment = Galvanostatic(
        current_a=current_a,
        duration_s=duration_s,
        voltage_min_v=low_v,
        voltage_max_v=high_v,
        sample_period_s=period_s,
    )
    safety = Protection(voltage_min_v=low_v, voltage_max_v=high_v, current_max_a=abs(current_a))
    job = read_job(step_file(segment, safety, **WRITTEN))
    step = job.steps[0]
    sign = 1 if step.kind.name == "CC_CHARGE" else -1
    assert sign * step.current_a == pytest.approx(current_a, abs=1e-9)
    assert step.stop_voltage_v == pytest.approx(high_v if sign > 0 else low_v, abs=1e-9)
    assert step.duration_s == pytest.approx(duration_s)
    assert job.recording.time_s == pytest.approx(period_s)
    assert (job.limits.voltage_min_v, job.limits.voltage_max_v) == pytest.approx((low_v, high_v))
