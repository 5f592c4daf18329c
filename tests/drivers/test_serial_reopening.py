"""A serial port that is opened anew: to the same USB device, wherever it is now."""

from unittest import mock

import pytest
import serial
from serial.tools.list_ports_common import ListPortInfo
from solidcell.drivers import serial_link
from solidcell.drivers.errors import LinkLostError
from solidcell.drivers.serial_link import SerialLink


def port(device, serial_number, interface=""):
    info = ListPortInfo(device, skip_link_detection=True)
    info.vid, info.pid, info.serial_number = 0x0403, 0x6015, serial_number
    info.location = f"1-2{interface}"
    return info


class Bench:
    """``ports`` are plugged in; ``opened`` are the names that were opened, in order."""

    def __init__(self):
        self.ports = []
        self.opened = []

    def list(self):
        return self.ports

    def open(self, address, **_):
        if address not in [info.device for info in self.ports]:
            raise serial.SerialException("no such port")
        self.opened.append(address)
        return mock.Mock()


@pytest.fixture
def bench():
    bench = Bench()
    with (
        mock.patch.object(serial, "serial_for_url", bench.open),
        mock.patch.object(serial_link.list_ports, "comports", bench.list),
    ):
        yield bench


def test_a_device_that_kept_its_name_is_opened_there(bench):
    bench.ports = [port("/dev/ttyACM0", "A1"), port("/dev/ttyACM1", "B2")]
    SerialLink("/dev/ttyACM0").reopen()
    assert bench.opened == ["/dev/ttyACM0"] * 2


def test_a_device_that_came_back_under_another_name_is_followed(bench):
    bench.ports = [port("/dev/ttyACM0", "A1")]
    link = SerialLink("/dev/ttyACM0")
    bench.ports = [port("/dev/ttyACM0", "B2"), port("/dev/ttyACM1", "A1")]
    link.reopen()
    assert bench.opened == ["/dev/ttyACM0", "/dev/ttyACM1"]
    assert link.address == "/dev/ttyACM1"


def test_of_several_ports_of_one_device_the_same_one_is_taken(bench):
    bench.ports = [port("/dev/ttyACM0", "A1", ":1.0"), port("/dev/ttyACM1", "A1", ":1.2")]
    link = SerialLink("/dev/ttyACM1")
    bench.ports = [port("/dev/ttyACM5", "A1", ":1.0"), port("/dev/ttyACM6", "A1", ":1.2")]
    link.reopen()
    assert bench.opened[-1] == "/dev/ttyACM6"


def test_another_device_that_took_the_name_is_not_opened(bench):
    bench.ports = [port("/dev/ttyACM0", "A1")]
    link = SerialLink("/dev/ttyACM0")
    bench.ports = [port("/dev/ttyACM0", "B2")]
    with pytest.raises(LinkLostError, match=r"0403:6015 A1 is not connected.*now: /dev/ttyACM0"):
        link.reopen()
    assert bench.opened == ["/dev/ttyACM0"]


def test_without_a_serial_number_only_the_name_is_known(bench):
    bench.ports = [port("/dev/ttyUSB0", None)]
    link = SerialLink("/dev/ttyUSB0")
    link.reopen()
    bench.ports = [port("/dev/ttyUSB1", None)]
    with pytest.raises(LinkLostError, match="cannot open /dev/ttyUSB0"):
        link.reopen()
    assert bench.opened == ["/dev/ttyUSB0"] * 2
