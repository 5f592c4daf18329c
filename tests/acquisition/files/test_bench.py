"""The bench file is checked whole before anything is opened."""

import json
import socket

import pytest
from solidcell.acquisition.files.bench import is_loopback, load_bench
from solidcell.acquisition.files.yaml_lines import FileError
from solidcell.acquisition.instruments.channels import ChannelSpec
from solidcell.acquisition.instruments.opening import open_device
from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.methodscript.potentiostat import MethodScriptPotentiostat
from support.settings_files import EXAMPLES, SMALL_BENCH, written


def _refusal(tmp_path, text):
    path = written(tmp_path, "bench.toml", text)
    with pytest.raises(FileError) as caught:
        load_bench(path)
    return str(caught.value).replace(str(path), path.name)


def test_a_channel_knows_its_instrument_and_its_limits_in_si(tmp_path):
    channel = load_bench(written(tmp_path, "bench.toml", SMALL_BENCH)).channel("A1")

    assert (channel.role, channel.driver) == ("potentiostat", "methodscript")
    assert channel.clock_speed == 1.0
    assert channel.limits.current_max_a == pytest.approx(0.020)
    assert channel.limits.of_whom("voltage_max_v") == "voltage_max_v 5 V of the bench"
    assert channel.as_json()["limits"] == {
        "voltage_min_v": -5.0,
        "voltage_max_v": 5.0,
        "current_max_a": 0.02,
    }


def test_the_example_bench_has_both_kinds_of_instrument():
    bench = load_bench(EXAMPLES / "bench_simulated.toml")
    assert {c.driver for c in bench.channels.values()} == {"methodscript", "keithley_2450"}
    assert bench.text.startswith("# Two channels")


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        (
            "20.0",
            "-1",
            "bench.toml:4: channel.A1.current_max_ma: -1 is not allowed: must be greater than 0 mA",
        ),
        (
            "20.0",
            "nan",
            "bench.toml:4: channel.A1.current_max_ma: nan is not allowed: must be a finite",
        ),
        ("current_max_ma = 20.0\n", "", "bench.toml:1: channel.A1.current_max_ma: is missing"),
        ("max_v = 5.0", "max_v = -9", "the lowest voltage must be below the highest"),
        (
            "current_max_ma",
            "curent_max_ma",
            "curent_max_ma: is not a known setting: did you mean 'current_max_ma'?",
        ),
        (
            '"methodscript"',
            '"method_script"',
            "'method_script' is not a driver: did you mean 'methodscript'?",
        ),
        (
            '"methodscript"',
            '"keithley_2450"',
            "'keithley_2450' is a galvanostat: name the table [channel.A1.galvanostat]",
        ),
        (".potentiostat", ".furnace", "bench.toml:6: channel.A1.furnace: is not a known setting"),
        (
            "socket://127.0.0.1:5025",
            "5025",
            "'5025' is not an address for methodscript: write socket://",
        ),
        (
            ":5025",
            ":99999",
            "bench.toml:8: channel.A1.potentiostat.address: port 99999 is not allowed",
        ),
        (
            "[channel.A1.potentiostat]",
            "[channel.A2]",
            "needs an instrument: a potentiostat, a galvanostat",
        ),
    ],
)
def test_a_mistake_is_refused_with_its_line_and_what_is_allowed(tmp_path, old, new, refusal):
    assert SMALL_BENCH.count(old) >= 1
    assert refusal in _refusal(tmp_path, SMALL_BENCH.replace(old, new))


SHARED = """\
[oven.box]
driver = "eurotherm_3200"
address = "socket://127.0.0.1:5030"
temperature_min_c = 20.0
temperature_max_c = 80.0

[channel.A1]
voltage_min_v = -5.0
voltage_max_v = 5.0
current_max_ma = 20.0
oven = "box"

[channel.A1.galvanostat]
driver = "keithley_2450"
address = "TCPIP0::127.0.0.1::5025::SOCKET"
options = { nplc = 0.1 }

[channel.A1.impedance_analyser]
driver = "e4980a"
address = "TCPIP0::127.0.0.1::5026::SOCKET"

[channel.A2]
voltage_min_v = -5.0
voltage_max_v = 5.0
current_max_ma = 20.0
oven = "box"

[channel.A2.impedance_analyser]
driver = "e4990a"
address = "TCPIP0::127.0.0.1::5027::SOCKET"
"""


def test_two_channels_share_an_oven_and_have_their_instruments_for_themselves(tmp_path):
    bench = load_bench(written(tmp_path, "bench.toml", SHARED))
    first, second = bench.channel("A1"), bench.channel("A2")
    assert first.oven is second.oven is bench.oven("box")
    assert first.oven.temperature_max_k == pytest.approx(353.15)
    assert not set(first.addresses) & set(second.addresses)
    assert [device.role for device in first.devices] == ["galvanostat", "impedance_analyser"]
    assert (first.role, first.driver) == ("galvanostat", "keithley_2450")
    assert first.main.options["nplc"] == 0.1
    assert second.in_words() == "e4990a at TCPIP0::127.0.0.1::5027::SOCKET, in oven box"
    assert "socket://127.0.0.1:5030" not in (*first.addresses, *second.addresses)


def test_a_channel_comes_back_out_of_a_run_file_whole(tmp_path):
    for channel in load_bench(written(tmp_path, "bench.toml", SHARED)).channels.values():
        assert ChannelSpec.from_json(json.loads(json.dumps(channel.as_json()))) == channel


def test_a_channel_of_an_earlier_version_comes_back_with_its_one_instrument():
    stored = {
        "name": "A1",
        "role": "potentiostat",
        "driver": "methodscript",
        "address": "COM3",
        "clock_speed": 1.0,
        "limits": {"voltage_max_v": 5.0},
    }
    channel = ChannelSpec.from_json(stored)
    assert (channel.role, channel.driver, channel.address) == (
        "potentiostat",
        "methodscript",
        "COM3",
    )
    assert (channel.gauges, channel.oven) == ((), None)
    assert channel.at("COM4").addresses == ("COM4",)
    del stored["driver"]
    with pytest.raises(ValueError, match="no channel of a bench: 'driver'"):
        ChannelSpec.from_json(stored)


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        (
            "127.0.0.1::5027",
            "127.0.0.1::5026",
            "already belongs to channel A1: one instrument has one owner",
        ),
        ('oven = "box"', 'oven = "bux"', "'bux' is not an oven: did you mean 'box'?"),
        (
            "[oven.box]",
            "[oven.box]\nclock_speed = 10.0",
            "clock_speed: 1 is not that of its oven, 10",
        ),
        ("temperature_max_c = 80.0", "temperature_max_c = 10.0", "temperature_min_c must be below"),
        ("nplc = 0.1", "npcl = 0.1", "'npcl' is not an option of it: did you mean 'nplc'?"),
        (
            'driver = "eurotherm_3200"',
            'driver = "keithley_2450"',
            "'keithley_2450' is a galvanostat: name the table [channel.box.galvanostat]",
        ),
        (
            "A2.impedance_analyser",
            "A2.potentiostat",
            "'e4990a' is an impedance_analyser: name the table [channel.A2.impedance_analyser]",
        ),
    ],
)
def test_a_mistake_with_several_devices_is_refused_by_name(tmp_path, old, new, refusal):
    assert old in SHARED
    assert refusal in _refusal(tmp_path, SHARED.replace(old, new))


def test_a_password_is_in_no_record(tmp_path):
    text = SMALL_BENCH.replace("potentiostat]", "galvanostat]").replace("methodscript", "neware")
    text = text.replace("socket://127.0.0.1:5025", "127.0.0.1:5025/21-1-1")
    options = 'options = { current_max_ma = 100.0, username = "ada", password = "hush hush" }\n'
    bench = load_bench(written(tmp_path, "bench.toml", text + options))
    channel = bench.channel("A1")
    recorded = ChannelSpec.from_json(json.loads(json.dumps(channel.as_json())))
    assert "hush" not in json.dumps(channel.as_json()) + bench.text + repr(channel)
    assert recorded.main.options["username"] == "ada"
    assert recorded != channel
    assert recorded.with_secrets_of(channel) == channel


def test_a_bench_without_channels_is_refused(tmp_path):
    assert "channel: is missing" in _refusal(tmp_path, "a = 1\n")


def test_two_channels_cannot_own_one_instrument(tmp_path):
    refusal = _refusal(tmp_path, SMALL_BENCH + SMALL_BENCH.replace("A1", "A2"))
    assert "bench.toml:16: channel.A2.potentiostat.address" in refusal
    assert "already belongs to channel A1" in refusal


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("socket://127.0.0.1:5025", True),
        ("socket://localhost:5025", True),
        ("socket://[::1]:5025", True),
        ("TCPIP0::127.0.0.1::5025::SOCKET", True),
        ("socket://192.168.0.7:5025", False),
        ("socket://127.0.0.1.evil.org:5025", False),
        ("COM3", False),
        ("/dev/ttyACM0", False),
        ("USB0::0x05E6::0x2450::04412345::INSTR", False),
    ],
)
def test_a_fast_clock_is_refused_in_front_of_anything_but_a_twin_on_this_machine(
    tmp_path, address, here
):
    assert is_loopback(address) == here
    text = SMALL_BENCH.replace("[channel.A1]\n", "[channel.A1]\nclock_speed = 100.0\n")
    if "::" in address and "[" not in address:
        text = text.replace("potentiostat]", "galvanostat]").replace(
            "methodscript", "keithley_2450"
        )
    text = text.replace("socket://127.0.0.1:5025", address)
    if here:
        channel = load_bench(written(tmp_path, "bench.toml", text)).channel("A1")
        assert channel.clock_speed == 100.0
    else:
        assert "bench.toml:2: channel.A1.clock_speed: 100 is not allowed" in _refusal(
            tmp_path, text
        )


def test_a_channel_that_is_not_there_is_named_with_those_that_are(tmp_path):
    bench = load_bench(written(tmp_path, "bench.toml", SMALL_BENCH))
    with pytest.raises(FileError, match="no channel 'B1': known are A1"):
        bench.channel("B1")


def test_a_potentiostat_is_opened_at_its_address(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        text = SMALL_BENCH.replace("5025", str(server.getsockname()[1]))
        channel = load_bench(written(tmp_path, "bench.toml", text)).channel("A1")
        device = open_device(channel, SystemClock())
        device.close()
    assert isinstance(device, MethodScriptPotentiostat)


def test_a_source_meter_is_stepped_by_the_host():
    channel = load_bench(EXAMPLES / "bench_simulated.toml").channel("K1")
    device = open_device(channel, SystemClock())
    device.close()
    assert isinstance(device, HostSequencer)
