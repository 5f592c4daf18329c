"""Instruments behind their maker's software: found where it is, and told where it is not."""

import sys

import pytest
from solidcell.acquisition.files.bench import load_bench
from solidcell.acquisition.instruments.opening import open_device
from solidcell.acquisition.instruments.vendor_libraries import vendor_software
from solidcell.drivers.biologic import library
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import UnsupportedError
from support.eclib_double import ADDRESS, EclibBench, compiled
from support.toolkitpy_double import SECTION, ToolkitDouble

BENCH = """
[channel.A1]
voltage_min_v = -1.0
voltage_max_v = 1.0
current_max_ma = 5.0

[channel.A1.potentiostat]
driver = "{driver}"
address = "{address}"
options = {{ {options} }}
"""


def channel(tmp_path, driver, address, options=""):
    path = tmp_path / "bench.toml"
    path.write_text(BENCH.format(driver=driver, address=address, options=options), encoding="utf-8")
    return load_bench(path).channel("A1")


def test_a_bench_file_opens_a_biologic_channel_through_the_library_that_it_names(tmp_path):
    file = compiled(tmp_path)
    if file is None:
        pytest.skip("no C compiler (cc, gcc or clang) on this machine")
    clock = EclibBench(file).clock
    named = f'library = "{file.as_posix()}"'
    device = open_device(channel(tmp_path, "biologic", ADDRESS, named), clock)
    device.connect()
    assert device.identity.manufacturer == "BioLogic"
    device.close()


def test_a_bench_file_opens_a_gamry_through_the_package(tmp_path, monkeypatch):
    clock = JumpClock()
    monkeypatch.setitem(sys.modules, "toolkitpy", ToolkitDouble(clock))
    limits = "current_max_ma = 1000.0, voltage_max_v = 12.0"
    device = open_device(channel(tmp_path, "gamry", SECTION, limits), clock)
    device.connect()
    assert device.envelope.current_max_a == 1.0
    assert device.envelope.voltage_max_v == 12.0


@pytest.mark.parametrize(
    ("driver", "address", "options"),
    [("biologic", ADDRESS, ""), ("gamry", SECTION, "current_max_ma = 100.0")],
)
def test_without_the_software_opening_says_what_is_missing(tmp_path, driver, address, options):
    spec = channel(tmp_path, driver, address, options)
    with pytest.raises(UnsupportedError, match="Windows only"):
        open_device(spec, JumpClock())


def test_the_doctor_can_say_what_is_installed_and_what_is_not(tmp_path, monkeypatch):
    assert dict(vendor_software()) == {"BioLogic EClib": None, "Gamry toolkitpy": None}
    (tmp_path / library.FILE_NAME).write_bytes(b"")
    (tmp_path / "toolkitpy.py").write_text("raise SystemExit('loaded')", encoding="utf-8")
    monkeypatch.setattr(library, "FOLDERS", (tmp_path,))
    monkeypatch.syspath_prepend(tmp_path)
    assert dict(vendor_software()) == {
        "BioLogic EClib": str(tmp_path / library.FILE_NAME),
        "Gamry toolkitpy": str(tmp_path / "toolkitpy.py"),
    }
