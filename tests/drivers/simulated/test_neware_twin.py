"""The simulated BTS server, as clients see it that are not ours."""

import pytest
from aurora_neware import NewareAPI
from aurora_unicycler import CyclingProtocol
from solidcell.drivers.neware import requests
from solidcell.drivers.neware.requests import ChannelKey, Place
from solidcell.drivers.simulated.neware.conversation import TAIL
from solidcell.drivers.simulated.neware.job import JobError, StepType, read_job
from support.neware_bench import Bench, Socket
from support.served import served

pytestmark = pytest.mark.proves("neware", client="aurora-neware", library="aurora-unicycler")
CYCLING = {
    "record": {"time_s": 1.0},
    "safety": {"max_voltage_V": 1.0, "min_voltage_V": -1.0},
    "method": [
        {"step": "open_circuit_voltage", "until_time_s": 3},
        {"step": "tag", "tag": "cycle"},
        {"step": "constant_current", "current_mA": 1, "until_time_s": 4, "until_voltage_V": 0.9},
        {"step": "constant_current", "current_mA": -1, "until_time_s": 4, "until_voltage_V": -0.9},
        {"step": "loop", "loop_to": "cycle", "cycle_count": 2},
        {"step": "constant_voltage", "voltage_V": 0.1, "until_time_s": 5},
    ],
}


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def known_client(bench):
    client = NewareAPI()
    client.disconnect()
    client.neware_socket = Socket(bench)
    client.connect()
    return client


def unicycled(bench, protocol):
    path = bench.jobs / "job.xml"
    CyclingProtocol.from_dict(protocol).to_neware_xml(save_path=path, sample_name="cell 1")
    return path


def test_the_known_client_runs_a_protocol_of_unicycler_over_tcp(bench):
    with (
        served(bench.server.session(), bench.clock) as port,
        NewareAPI("127.0.0.1", port) as client,
    ):
        assert len(client.channel_map) == 16
        job = unicycled(bench, CYCLING)
        assert client.start("21-1-1", "cell 1", job)[0]["start"] == "ok"
        assert client.getchlstatus("21-1-1")["21-1-1"]["status"] == "working"
        with pytest.raises(ValueError, match="blocked states"):
            client.start("21-1-1", "cell 1", job)
        busy = requests.start(Place(ChannelKey(21, 1, 1), "127.0.0.1", 27), "x", str(job)).body
        assert ">false</start>" in client.command(busy)
        bench.clock.sleep_until(60.0)
        assert client.inquire("21-1-1")["21-1-1"]["workstatus"] == "finish"
        data = client.download("21-1-1", last_n_points=0)
        assert data["seqid"] == list(range(1, len(data["seqid"]) + 1))
        steps = client.get_steps("21-1-1")
        assert [one["steptype"] for one in steps] == ["rest", "cc", "dc", "cc", "dc", "cv"]
        assert [one["cycleid"] for one in steps] == [1, 1, 1, 2, 2, 2]
        assert [one["steptime"] for one in steps] == [3000, 4000, 4000, 4000, 4000, 5000]
        assert [one["log_code"] for one in client.downloadlog("21-1-1")] == [100000, 100001]
        assert client.stop("21-1-1")[0]["stop"] == "false"


def test_time_in_a_row_is_that_of_its_step_and_charge_follows_it(bench):
    client = known_client(bench)
    client.start("21-1-1", "cell 1", unicycled(bench, CYCLING))
    bench.clock.sleep_until(60.0)
    data = client.download("21-1-1", last_n_points=0)
    ends = [n for n, time_ms in enumerate(data["testtime"]) if time_ms == 0][1:]
    assert [data["testtime"][n - 1] for n in ends] == [3000, 4000, 4000, 4000, 4000]
    second = slice(ends[0], ends[1])
    assert data["testtime"][second] == [0, 1000, 2000, 3000, 4000]
    assert data["curr"][second] == pytest.approx([1e-3] * 5)
    assert data["cap"][second][-1] == pytest.approx(4e-3 / 3600)


def test_rows_come_between_the_periods_where_the_voltage_moves(bench):
    client = known_client(bench)
    method = [{"step": "constant_current", "current_mA": 1, "until_time_s": 60}]
    job = unicycled(
        bench, {**CYCLING, "record": {"time_s": 10, "voltage_V": 0.005}, "method": method}
    )
    client.start("21-1-1", "x", job)
    bench.clock.sleep_until(100.0)
    data = client.download("21-1-1")
    steps_v = [
        after - before for before, after in zip(data["volt"], data["volt"][1:], strict=False)
    ]
    assert len(data["volt"]) > 15
    assert max(steps_v) < 0.01  # without it, the first would be 0.086 V
    assert {0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000} <= set(data["testtime"])


def test_a_step_stops_within_a_tenth_of_a_second_of_its_voltage(bench):
    client = known_client(bench)
    step = {"step": "constant_current", "current_mA": 1, "until_voltage_V": 0.12}
    client.start("21-1-1", "x", unicycled(bench, {**CYCLING, "method": [step]}))
    bench.clock.sleep_until(60.0)
    data = client.download("21-1-1")
    assert data["volt"][-1] >= 0.12
    assert data["volt"][-1] == pytest.approx(0.12, abs=1e-3 / 0.05 * 0.1)
    assert client.inquire("21-1-1")["21-1-1"]["workstatus"] == "finish"


def test_protection_breaks_a_test_off(bench):
    client = known_client(bench)
    step = {"step": "constant_current", "current_mA": 10, "until_time_s": 60}
    client.start("21-1-1", "x", unicycled(bench, {**CYCLING, "method": [step]}))
    bench.clock.sleep_until(60.0)
    assert client.getchlstatus("21-1-1")["21-1-1"]["status"] == "protect"
    assert bench.cells[0].output == "open"


def test_a_stop_takes_a_moment_and_a_second_one_is_no_news(bench):
    client = known_client(bench)
    client.start("21-1-1", "x", unicycled(bench, CYCLING))
    bench.clock.sleep_until(5.0)
    assert client.stop("21-1-1")[0]["stop"] == "ok"
    assert client.getchlstatus("21-1-1")["21-1-1"]["status"] == "working"
    bench.clock.sleep_until(6.0)
    assert client.getchlstatus("21-1-1")["21-1-1"]["status"] == "stop"
    assert bench.cells[0].output == "open"


def test_each_start_has_a_number_of_its_own_and_rows_from_one_on(bench):
    client, tests = known_client(bench), []
    for _ in range(2):
        client.start("21-1-1", "x", unicycled(bench, CYCLING))
        bench.clock.sleep_until(bench.clock.now_s() + 60.0)
        tests.append(client.get_testid("21-1-1")["21-1-1"]["test_id"])
        assert client.download("21-1-1", last_n_points=0)["seqid"][0] == 1
    assert tests[1] == tests[0] + 1


@pytest.mark.parametrize(
    "content",
    ["", "<root/>", "<!DOCTYPE x><root/>", "hello", "<root><config type='Other'/></root>"],
)
def test_a_file_that_is_no_job_is_refused(bench, content):
    path = bench.jobs / "job.xml"
    path.write_text(content, encoding="utf-8")
    client = known_client(bench)
    assert client.start("21-1-1", "x", path)[0]["start"] == "false"
    assert client.getchlstatus("21-1-1")["21-1-1"]["status"] == "finish"


def test_a_voltage_scan_is_refused(bench):
    scan = {
        "step": "voltage_scan",
        "start_voltage_V": 0.0,
        "end_voltage_V": 1.0,
        "scan_rate_mV_per_s": 1.0,
    }
    path = unicycled(bench, {**CYCLING, "method": [scan]})
    with pytest.raises(JobError, match="type 25"):
        read_job(path.read_bytes())


def test_a_client_files_step_with_a_constant_voltage_after_the_current(bench):
    content = """<root><config type="Step File" version="18"><Whole_Prt><Record><Main>
      <Time Value="30000" /></Main></Record></Whole_Prt><Step_Info Num="2">
      <Step1 Step_ID="1" Step_Type="7"><Limit><Main><Curr Value="0.5" /><Volt Value="42000" />
      <Stop_Curr Value="0.02" /></Main></Limit></Step1>
      <Step2 Step_ID="2" Step_Type="6"></Step2></Step_Info></config></root>"""
    (step, end) = read_job(content.encode()).steps
    assert (step.kind, end.kind) == (StepType.CCCV_CHARGE, StepType.END)
    assert (step.voltage_v, step.current_a, step.stop_current_a) == pytest.approx((4.2, 5e-4, 2e-5))


def test_requests_may_come_in_any_pieces_and_a_stranger_is_told_nothing(bench):
    twin = bench.server.session()
    ask = b"<bts><cmd>getdevinfo</cmd></bts>" + TAIL
    assert b"<result>false</result>" in twin.receive(ask)
    login = b"<bts><cmd>connect</cmd><username>admin</username><password>neware</password></bts>"
    said = b"".join(twin.receive(bytes([byte])) for byte in login + TAIL)
    assert said.endswith(b"  <result>ok</result>\r\n</bts>" + TAIL)
    assert twin.receive(ask).count(b"<channel ") == 16
    twin.hang_up()
    assert b"<channel " not in twin.receive(ask)


def test_a_known_fault_of_the_server_is_there_on_demand(tmp_path):
    bench = Bench(tmp_path, cells=9, forgets_unit=True)
    client = known_client(bench)
    client.neware_socket.sent.clear()
    said = client.command(
        '<cmd>getchlstatus</cmd><list count = "1"><status ip="127.0.0.1" devtype="27" devid="21" '
        'subdevid="2" chlid="1">true</status></list>'
    )
    assert 'subdevid="1" chlid="1"' in said
