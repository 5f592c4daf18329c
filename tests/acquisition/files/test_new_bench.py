"""The bench file to begin with loads as it is, and so does each setting that it offers."""

import pytest
from solidcell.acquisition.files.bench import ChannelTable, OvenTable, load_bench
from solidcell.acquisition.files.new_bench import (
    device_lines,
    example_address,
    new_bench_text,
)
from solidcell.acquisition.instruments.roles import Role
from solidcell.acquisition.instruments.table import DRIVERS

CASES = [(driver, role) for driver, kind in DRIVERS.items() for role in kind.roles]
ADVANCED = ("neware",)  # needs folders that a person must name


def loaded(folder, text: str):
    path = folder / "bench.toml"
    path.write_text(text, encoding="utf-8")
    return load_bench(path)


def test_it_loads_as_it_is(tmp_path) -> None:
    bench = loaded(tmp_path, new_bench_text())
    assert list(bench.channels) == ["A1"]
    assert bench.channels["A1"].driver == "methodscript"
    assert bench.channels["A1"].limits.voltage_max_v == 5.0


def test_every_role_driver_option_and_setting_stands_in_it() -> None:
    text = new_bench_text()
    for role in Role:
        assert f"# {role.value}: " in text
    for name, kind in DRIVERS.items():
        assert f"# {name}: address " in text
        block = text.split(f"# {name}: address ")[1].split("#[")[0]
        for option, declared in kind.options.items():
            assert f"#   {option}: " in block
            for choice in declared.choices:
                assert str(choice) in block.replace("\n#  ", "")
    for name in (*ChannelTable.model_fields, *OvenTable.model_fields):
        if name not in ("driver", "address", "options", "auxiliary"):
            assert name in text


def test_every_setting_of_a_channel_can_be_taken_into_force(tmp_path) -> None:
    text = new_bench_text()
    head, rest = text.split("\n[channel.A1.potentiostat]")
    in_force = "\n".join(
        line[1:] if line.startswith("#") and not line.startswith("# ") else line
        for line in head.splitlines()
    ).replace('oven = "box"', "")
    limits = loaded(tmp_path, f"{in_force}\n[channel.A1.potentiostat]{rest}").channels["A1"].limits
    assert limits.charge_max_c == 180.0
    assert limits.silence_max_s == 60.0


@pytest.mark.parametrize(("driver", "role"), CASES)
def test_every_driver_can_be_taken_into_force(tmp_path, driver: str, role: Role) -> None:
    base = "[channel.A1]\nvoltage_min_v = -5.0\nvoltage_max_v = 5.0\ncurrent_max_ma = 100.0\n"
    instrument = device_lines("channel.A1.potentiostat", "methodscript")
    if role in (Role.POTENTIOSTAT, Role.GALVANOSTAT, Role.IMPEDANCE_ANALYSER):
        instrument = []
    table = {Role.OVEN: "oven.box", Role.AUXILIARY: "channel.A1.auxiliary.NAME"}
    lines = device_lines(table.get(role, f"channel.A1.{role.value}"), driver)
    shown = "\n".join(f"#{line}" for line in lines)
    assert shown in new_bench_text()
    bench = loaded(tmp_path, base + "\n".join((*instrument, *lines)))
    devices = [*bench.channels["A1"].devices, *(oven.device for oven in bench.ovens.values())]
    assert driver in [device.driver for device in devices]


@pytest.mark.parametrize("driver", sorted(DRIVERS))
def test_the_example_of_an_address_is_one(driver: str) -> None:
    assert DRIVERS[driver].address.fullmatch(example_address(DRIVERS[driver]))


def test_no_line_is_wider_than_a_page() -> None:
    assert max(map(len, new_bench_text().splitlines())) <= 100
