import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.electronics import IDEAL, TYPICAL, range_for
from solidcell.drivers.simulated.front_end import Faults, FrontEnd
from solidcell.drivers.simulated.lithium_contact import LINEAR_AND_STILL, Options
from solidcell.drivers.simulated.presets import material

STILL = Options(contact_loss=False, interphase_growth=False, dendrites=False)


def still_cell() -> SymmetricCell:
    return SymmetricCell(material("LPSCl"), options=LINEAR_AND_STILL)


def ideal(**more) -> FrontEnd:
    return FrontEnd(still_cell(), IDEAL, **more)


def test_an_open_cell_carries_no_current_and_shows_its_voltage() -> None:
    front_end = ideal()
    reading = front_end.measure(1.0)
    assert (front_end.is_open, front_end.output) == (True, "open")
    assert (reading.voltage_v, reading.current_a, reading.limited) == (0.0, 0.0, False)


def test_a_current_can_be_read_at_the_moment_it_is_switched_on() -> None:
    front_end = ideal()
    front_end.drive_current(1.0, 1e-4, 5.0)
    reading = front_end.measure(1.0)
    assert reading.current_a == 1e-4
    assert reading.voltage_v > 1e-4 * 34.0  # the electrolyte answers at once


def test_opening_the_cell_lets_its_voltage_go() -> None:
    front_end = ideal()
    front_end.drive_current(0.0, 1e-3, 5.0)
    loaded_v = front_end.measure(10.0).voltage_v
    front_end.open(10.0)
    assert front_end.measure(10.0).voltage_v < 0.6 * loaded_v  # the ohmic part is gone
    assert abs(front_end.measure(12.0).voltage_v) < 1e-6


@pytest.mark.parametrize("sign", [1, -1])
def test_a_current_beyond_the_voltage_limit_is_held_back_and_flagged(sign: int) -> None:
    front_end = ideal()
    front_end.drive_current(0.0, sign * 0.1, 2.0)
    reading = front_end.measure(1.0)
    assert reading.limited
    assert reading.voltage_v == pytest.approx(sign * 2.0)
    assert 0 < sign * reading.current_a < 0.1


def test_a_voltage_beyond_the_current_limit_is_held_back_and_flagged() -> None:
    front_end = ideal()
    front_end.drive_voltage(0.0, -1.0, 1e-3)
    reading = front_end.measure(1.0)
    assert reading.limited
    assert reading.current_a == pytest.approx(-1e-3)
    assert -0.1 < reading.voltage_v < 0


def test_the_compliance_of_the_instrument_limits_what_nobody_limited() -> None:
    front_end = FrontEnd(still_cell(), replace(IDEAL, compliance_v=10.0))
    front_end.drive_current(0.0, 1.0, math.inf)
    assert front_end.measure(1.0).voltage_v == pytest.approx(10.0)


def test_two_wires_add_the_leads_to_voltage_and_impedance_and_four_do_not() -> None:
    with_leads = replace(IDEAL, lead_ohm=0.5)
    two, four = (FrontEnd(still_cell(), with_leads, four_wire=wires == 4) for wires in (2, 4))
    for front_end in (two, four):
        front_end.drive_current(0.0, 1e-3, 5.0)
    readings = [front_end.measure(10.0).voltage_v for front_end in (two, four)]
    spectra = [front_end.impedance(10.0, 1.0, 2.0) for front_end in (two, four)]
    assert readings[0] - readings[1] == pytest.approx(0.5e-3)
    assert spectra[0] - spectra[1] == pytest.approx(0.5)


def test_an_ideal_front_end_measures_the_impedance_of_the_cell() -> None:
    front_end = ideal()
    front_end.drive_voltage(0.0, 0.0, 1e-3)
    measured = front_end.impedance(1.0, 1e4, 0.1)
    assert measured == pytest.approx(complex(still_cell().impedance(np.array(1e4))), rel=1e-12)


def test_inductance_of_the_leads_and_stray_capacitance_act_at_high_frequency() -> None:
    bare, leads = ideal(), FrontEnd(still_cell(), replace(IDEAL, lead_h=3e-7, stray_f=1e-11))
    for front_end in (bare, leads):
        front_end.drive_voltage(0.0, 0.0, 1e-3)
    omega = 2 * math.pi * 1e6
    cell_ohm, measured = (each.impedance(1.0, 1e6, 0.1) for each in (bare, leads))
    expected = 1 / (1 / cell_ohm + 1j * omega * 1e-11) + 1j * omega * 3e-7
    assert measured == pytest.approx(expected, rel=1e-12)
    assert measured.imag - cell_ohm.imag == pytest.approx(1.88, abs=0.1)  # 0.3 uH at 1 MHz


def test_an_open_output_sees_only_the_stray_capacitance() -> None:
    front_end = FrontEnd(still_cell(), replace(IDEAL, stray_f=1e-11))
    z = front_end.impedance(0.0, 1e3, 0.1)
    assert z == pytest.approx(1 / (2j * math.pi * 1e3 * 1e-11))


def test_an_impedance_point_takes_its_time_from_the_cell() -> None:
    front_end = ideal()
    front_end.drive_voltage(0.0, 0.0, 1e-3)
    front_end.impedance(5.0, 0.1, 30.0)
    assert front_end.cell.time_s == pytest.approx(35.0)
    with pytest.raises(ValueError, match="time ran backwards: 20 s"):
        front_end.measure(20.0)


def test_the_limit_of_bandwidth_turns_the_phase_a_little() -> None:
    front_end = FrontEnd(still_cell(), replace(IDEAL, bandwidth_hz=3e7))
    front_end.drive_voltage(0.0, 0.0, 1e-3)
    measured = front_end.impedance(1.0, 1e6, 0.1)
    ratio = measured / complex(still_cell().impedance(np.array(1e6)))
    assert math.degrees(math.atan2(ratio.imag, ratio.real)) == pytest.approx(-1.9, abs=0.05)


def test_readings_scatter_as_the_electronics_say() -> None:
    front_end = FrontEnd(still_cell(), TYPICAL, seed=5)
    front_end.drive_current(0.0, 5e-4, 5.0)
    readings = [front_end.measure(1.0 + 0.01 * n) for n in range(1000)]
    voltages = np.array([each.voltage_v for each in readings[100:]])
    currents = np.array([each.current_a for each in readings[100:]])
    assert voltages.std() == pytest.approx(50e-6, rel=0.1)
    assert currents.std() == pytest.approx(20e-9, rel=0.1)  # 20 ppm of the 1 mA range
    assert voltages.mean() == pytest.approx(5e-4 * 76.97, abs=1.2e-4)
    assert currents.mean() == pytest.approx(5e-4, abs=3e-7)


def test_impedance_scatters_as_the_electronics_say() -> None:
    front_end = FrontEnd(still_cell(), replace(IDEAL, impedance_noise=1e-3))
    front_end.drive_voltage(0.0, 0.0, 1e-3)
    exact = complex(still_cell().impedance(np.array(1e3)))
    errors = np.array([front_end.impedance(n, 1e3, 0.1) for n in range(1, 800)]) / abs(exact)
    assert errors.real.std() == pytest.approx(1e-3, rel=0.1)
    assert errors.imag.std() == pytest.approx(1e-3, rel=0.1)
    assert errors.mean() == pytest.approx(exact / abs(exact), abs=2e-4)


def test_a_current_is_read_in_steps_of_its_range() -> None:
    front_end = FrontEnd(still_cell(), replace(IDEAL, current_bits=8))
    front_end.drive_current(0.0, 3.3e-5, 5.0)
    step_a = 2e-4 / 256
    assert front_end.measure(1.0, 1e-4).current_a == pytest.approx(42 * step_a)


def test_a_current_beyond_its_range_is_cut_off_and_flagged() -> None:
    front_end = ideal()
    front_end.drive_current(0.0, -3e-4, 5.0)
    reading = front_end.measure(1.0, 1e-4)
    assert reading.overload
    assert reading.current_a == pytest.approx(-1.1e-4)
    assert not front_end.measure(1.0, 1e-3).overload


@pytest.mark.parametrize(
    ("current_a", "range_a"), [(0.0, 1e-9), (1e-4, 1e-4), (-1.01e-4, 1e-3), (7.0, 1.0)]
)
def test_the_smallest_range_that_holds_a_current_is_taken(current_a, range_a) -> None:
    assert range_for(current_a) == range_a


def test_two_specimens_of_one_instrument_differ_and_one_repeats_itself() -> None:
    def readings(seed: int) -> list:
        front_end = FrontEnd(still_cell(), TYPICAL, seed=seed)
        front_end.drive_current(0.0, 1e-4, 5.0)
        return [front_end.measure(float(at_s)) for at_s in range(1, 5)]

    assert readings(1) == readings(1)
    assert readings(1) != readings(2)


def test_a_bad_probe_contact_adds_a_real_offset_while_it_lasts() -> None:
    front_end = ideal(faults=Faults(probe_contacts=((10.0, 5.0, 30.0),)))
    front_end.drive_current(0.0, 1e-3, 5.0)
    before, during, after = (front_end.measure(at_s).voltage_v for at_s in (9.0, 12.0, 16.0))
    assert during - before == pytest.approx(0.03)
    assert after == pytest.approx(before)


def test_a_bad_probe_contact_shows_in_the_impedance_as_a_resistor() -> None:
    front_end = ideal(faults=Faults(probe_contacts=((10.0, 5.0, 30.0),)))
    front_end.drive_voltage(0.0, 0.0, 1e-3)
    for frequency_hz in (1e5, 1.0):
        whole = complex(still_cell().impedance(np.array(frequency_hz)))
        at_s = front_end.cell.time_s if front_end.cell.time_s > 11.0 else 11.0
        assert front_end.impedance(at_s, frequency_hz, 0.5) == pytest.approx(whole + 30.0)


def test_swapped_electrodes_read_the_same_but_strip_the_other_side() -> None:
    voiding = Options(interphase_growth=False, dendrites=False)
    straight, swapped = (
        FrontEnd(
            SymmetricCell(material("LPSCl"), options=voiding, stack_pressure_pa=1e6),
            IDEAL,
            faults=Faults(swapped=crossed),
        )
        for crossed in (False, True)
    )
    for front_end in (straight, swapped):
        front_end.drive_current(0.0, 1.5e-3, 5.0)
    first, second = (front_end.measure(1000.0) for front_end in (straight, swapped))
    assert first == second
    assert first.voltage_v > 0
    contacts = swapped.cell.contacts
    assert contacts[1].contact < contacts[0].contact == 1.0


def test_mains_pickup_rides_on_the_voltage() -> None:
    front_end = ideal(faults=Faults(pickup_v=2e-3))
    readings = np.array([front_end.measure(n * 1e-3).voltage_v for n in range(1, 201)])
    spectrum = np.abs(np.fft.rfft(readings)) / 100
    assert int(spectrum.argmax()) * 5 == 50  # bins of 5 Hz
    assert spectrum.max() == pytest.approx(2e-3, rel=1e-3)


def test_the_truth_tells_when_the_output_opened(tmp_path: Path) -> None:
    front_end = ideal()
    path = tmp_path / "truth.jsonl"
    front_end.truth.write_to(path)
    front_end.drive_current(1.0, 1e-4, 5.0)
    front_end.drive_current(2.0, 2e-4, 5.0)
    front_end.drive_voltage(3.0, 0.0, 1.0)
    front_end.open(4.0)
    front_end.truth.close()
    facts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    outputs = [(fact["time_s"], fact["output"]) for fact in facts if "output" in fact]
    assert outputs == [(1.0, "current"), (3.0, "voltage"), (4.0, "open")]


def test_a_shorted_cell_is_labelled_with_the_current_that_shorted_it() -> None:
    front_end = FrontEnd(SymmetricCell(material("LPSCl"), seed=2, options=STILL), IDEAL)
    assert [each.label for each in front_end.truth.transitions] == ["healthy"]
    front_end.cell.short.set_path(0.4)
    front_end.drive_current(1.0, -1e-3, 5.0)
    front_end.open(5.0)
    front_end.measure(9.0)
    last = front_end.truth.transitions[-1]
    assert last.label == "hard_short"
