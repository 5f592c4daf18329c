"""What is said to a BTS server and read from it, against what others say and have recorded."""

import math
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from aurora_neware import NewareAPI
from defusedxml.ElementTree import fromstring
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    OutOfRangeError,
    WrongInstrumentError,
)
from solidcell.drivers.neware import opening, replies, requests
from solidcell.drivers.neware.client import BtsClient, waited_for
from solidcell.drivers.neware.ending import end_of
from solidcell.drivers.neware.job_folder import JobFolder
from solidcell.drivers.neware.ranges import checked
from solidcell.drivers.neware.replies import State
from solidcell.drivers.neware.requests import ChannelKey, Place
from solidcell.drivers.readings import Reading
from solidcell.drivers.segments import Galvanostatic, Potentiostatic, SegmentEnd
from support.neware_bench import RANGE, Bench, Socket

pytestmark = pytest.mark.proves(
    "neware", transcript="replies of a BTS 8.0 server, recorded by aurora-neware"
)
PLACE = Place(ChannelKey(21, 1, 1), "127.0.0.1", 27)


def reply(command: str, body: str) -> Element:
    message = (
        f'<?xml version="1.0" encoding="UTF-8"?>\r\n<bts version="1.0">\r\n  <cmd>{command}</cmd>'
    )
    return replies.parsed(f"{message}\r\n{body}\r\n</bts>".encode(), command)


NUMBERS = 'devtype="27" devid="21" subdevid="1" chlid="1"'
DATA = (
    '<data seqid="219576" stepid="24" cycleid="29" steptype="dc" testtime="36070000" '
    'atime="2025-12-28 22:29:05" volt="3.6780698299408" curr="-0.000295051460852847" '
    'cap="0.00295628436449786" eng="0.0135611368830335" />'
    '<data seqid="219577" stepid="24" cycleid="29" steptype="dc" testtime="36080000" '
    'atime="2025-12-28 22:29:15" volt="3.65799260139465" curr="-0.000295052188448608" '
    'cap="0.00295710395391022" eng="0.0135641349350401" />'
)
PAGE = (
    f'<download {NUMBERS} testid="143" startpos="219576" count="1000" auxid="0" />'
    f'<list count="2">{DATA}</list>'
)


def test_rows_are_in_volts_amperes_and_seconds_of_their_step():
    test, rows = replies.page_of(reply("donwload_resp", PAGE), PLACE, 219_576)
    assert test == 143
    assert [row.number for row in rows] == [219_576, 219_577]
    assert rows[0].time_s == pytest.approx(36_070.0)
    assert (rows[0].voltage_v, rows[0].current_a) == (3.6780698299408, -0.000295051460852847)


@pytest.mark.parametrize(
    ("of", "becomes", "why"),
    [
        (DATA, DATA[: DATA.index("<data", 1)], "announced"),
        ('seqid="219577"', 'seqid="219576"', "219576 came where row 219577"),
        ('volt="3.6780698299408"', 'volt="--"', "volt"),
        ('startpos="219576"', 'startpos="1"', "page"),
        ('chlid="1"', 'chlid="2"', "21-1-2"),
        ("<list", "<list/><list", "one 'list'"),
    ],
)
def test_a_page_that_lacks_anything_is_no_page(of, becomes, why):
    with pytest.raises(BadReplyError, match=why):
        replies.page_of(reply("donwload_resp", PAGE.replace(of, becomes)), PLACE, 219_576)


def test_states_and_what_is_measured_now_are_read_as_recorded():
    status = (
        f'<list count="1"><status ip="127.0.0.1" {NUMBERS} reservepause="1">finish</status></list>'
    )
    assert replies.state_of(reply("getchlstatus_resp", status), PLACE) is State.FINISHED
    now = (
        '<list count="1"><inquire dev="27-21-1-1-0" cycle_id="1" step_type="--" workstatus="finish"'
        ' barcode="251203_kigr_gen17_01" current="0" voltage="3.8834" capacity="0" energy="0" '
        'totaltime="0" relativetime="0" open_or_close="0" log_code="0" /></list>'
    )
    told = replies.inquired(reply("inquire_resp", now), PLACE)
    assert (told.name, told.barcode, told.voltage_v) == (
        "27-21-1-1-0",
        "251203_kigr_gen17_01",
        3.8834,
    )
    stored = f'<list count="1"><chl {NUMBERS} testid="143" count="219585">true</chl></list>'
    assert replies.stored_of(reply("inquiredf_resp", stored), PLACE).rows == 219_585
    refused = f'<list count="1"><start ip="127.0.0.1" {NUMBERS}>false</start></list>'
    assert not replies.said_ok(reply("start_resp", refused), "start", PLACE)


def test_a_channel_that_is_not_there_is_told_with_those_that_are():
    there = (
        '<serverip count="1"><server ip="127.0.0.1" port="3306" /></serverip><middle count="1">'
        '<channel ip="127.0.0.1" devtype="27" devid="21" subdevid="1" Channelid="1">true</channel>'
        "</middle>"
    )
    root = reply("getdevinfo_resp", there)
    assert replies.place_of(root, ChannelKey(21, 1, 1)) == PLACE
    with pytest.raises(WrongInstrumentError, match="no channel 21-1-9; it has 21-1-1"):
        replies.place_of(root, ChannelKey(21, 1, 9))


def test_a_login_that_fails_is_told():
    with pytest.raises(InstrumentFaultError, match="refused the user name"):
        replies.require_login(reply("connect_resp", "<result>false</result>"))


@pytest.mark.parametrize(
    "message",
    [
        b'<!DOCTYPE bts [<!ENTITY a "aaaa">]><bts><cmd>connect_resp</cmd></bts>',
        b'<!DOCTYPE bts [<!ENTITY a SYSTEM "file:///etc/passwd">]><bts><cmd>&a;</cmd></bts>',
        b"<!DOCTYPE bts><bts><cmd>connect_resp</cmd></bts>",
        b"<bts><cmd>connect_resp</cmd>",
        b"\xff\x00\xfe",
        b"<bts><cmd>stop_resp</cmd></bts>",
        b"<bts><cmd>connect_resp</cmd><cmd>connect_resp</cmd></bts>",
    ],
)
def test_nothing_that_is_no_plain_reply_is_read_at_all(message):
    with pytest.raises(BadReplyError):
        replies.parsed(message, "connect_resp")


def test_it_asks_as_the_known_client_asks(tmp_path):
    bench, job = Bench(tmp_path), tmp_path / "job.xml"
    job.write_text("<root/>", encoding="utf-8")
    known = NewareAPI()
    known.disconnect()
    known.neware_socket = socket = Socket(bench)
    known.connect()
    for ask in (known.getchlstatus, known.inquire, known.inquiredf, known.downloadlog, known.stop):
        ask("21-1-1")
    known.get_testid("21-1-1")
    known.start("21-1-1", "x", job, bench.jobs)
    ours = [
        requests.connect("admin", "neware"),
        requests.device_info(),
        requests.channel_status(PLACE),
        requests.inquire(PLACE),
        requests.stored(PLACE),
        requests.download_log(PLACE),
        requests.stop(PLACE),
        requests.download(PLACE, 0, 0),
        requests.inquire(PLACE),
        requests.start(PLACE, "x", str(job), str(bench.jobs.resolve())),
    ]
    stray = b'</list>"</bts>'
    theirs = [sent.replace(stray, b"</list></bts>") for sent in socket.sent]
    assert [one.encoded() for one in ours] == theirs


def test_no_name_of_a_file_or_a_user_breaks_out_of_its_place():
    body = requests.start(PLACE, 'a"b', r"C:\jobs\<x> & y.xml").body
    root = fromstring(f"<bts>{body}</bts>")
    item = root.find("list/start")
    assert item is not None
    assert (item.get("barcode"), item.text) == ('a"b', r"C:\jobs\<x> & y.xml")
    assert fromstring(f"<bts>{requests.connect('a<b', '&').body}</bts>").findtext("password") == "&"


def test_a_job_is_named_as_the_server_sees_it(tmp_path: Path):
    assert JobFolder(tmp_path, r"D:\jobs").write("a.xml", b"<root/>") == r"D:\jobs\a.xml"
    assert JobFolder(tmp_path, "/mnt/jobs").write("b.xml", b"") == "/mnt/jobs/b.xml"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xml", "b.xml"]


CURRENT = Galvanostatic(current_a=1e-3, duration_s=20.0, voltage_min_v=-1.0, voltage_max_v=1.0)
HOLD = Potentiostatic(voltage_v=0.1, duration_s=20.0, current_max_a=1e-3)


@pytest.mark.parametrize(
    ("segment", "state", "last", "end"),
    [
        (CURRENT, State.FINISHED, (20.0, 0.5, 1e-3), SegmentEnd.COMPLETED),
        (CURRENT, State.FINISHED, (7.3, 0.9995, 1e-3), SegmentEnd.VOLTAGE_LIMIT),
        (CURRENT, State.FINISHED, (20.0, 1.0001, 1e-3), SegmentEnd.VOLTAGE_LIMIT),
        (CURRENT, State.PROTECTED, (7.3, -1.1, 1e-3), SegmentEnd.VOLTAGE_LIMIT),
        (HOLD, State.PROTECTED, (7.3, 0.1, 2e-3), SegmentEnd.CURRENT_LIMIT),
        (HOLD, State.FINISHED, (19.9, 0.1, 1e-4), SegmentEnd.COMPLETED),
        (CURRENT, State.FINISHED, (7.3, 0.5, 1e-3), None),
        (HOLD, State.FINISHED, (7.3, 0.1, 1e-4), None),
        (CURRENT, State.PROTECTED, (7.3, 0.5, 1e-3), None),
        (CURRENT, State.STOPPED, (20.0, 0.5, 1e-3), None),
        (CURRENT, State.FINISHED, None, None),
    ],
)
def test_how_a_segment_ended_is_told_from_its_last_row_or_is_an_error(segment, state, last, end):
    reading = None if last is None else Reading(*last)
    if end is not None:
        assert end_of(segment, state, reading) is end
        return
    with pytest.raises(InstrumentFaultError, match=f"ended in '{state.value}'"):
        end_of(segment, state, reading)


@pytest.mark.parametrize(
    ("segment", "word"),
    [
        (replace(CURRENT, sample_period_s=0.05), "sample period"),
        (replace(CURRENT, duration_s=math.nan), "duration"),
        (replace(CURRENT, current_a=0.0), "current"),
        (replace(CURRENT, current_a=math.nan), "current"),
        (replace(CURRENT, voltage_min_v=-5.1), "lower voltage limit"),
        (replace(CURRENT, voltage_min_v=1.0), "must be below"),
        (replace(HOLD, voltage_v=5.1), "voltage"),
        (replace(HOLD, current_max_a=-1e-3), "below 0"),
    ],
)
def test_what_a_channel_cannot_do_is_refused_and_never_clipped(segment, word):
    with pytest.raises(OutOfRangeError, match=word):
        checked(segment, RANGE)


def test_an_answer_that_nobody_asked_for_is_not_taken_for_the_next_one():
    answer = b"<bts><cmd>connect_resp</cmd><result>ok</result></bts>" + requests.TAIL

    class Link:
        def write(self, data):
            pass

        def read(self, timeout_s):
            return answer * 2

    client = BtsClient(Link(), "admin", "neware")
    waited_for(client.ask(requests.connect("", "")))
    with pytest.raises(BadReplyError, match="spoke unasked"):
        waited_for(client.ask(requests.connect("", "")))


def options(**more):
    return {"voltage_min_v": 0.0, "voltage_max_v": 5.0, "current_max_ma": 10.0, **more}


@pytest.mark.parametrize(
    ("address", "given", "why"),
    [
        ("127.0.0.1/21-1", options(), "is no channel"),
        ("21-1-1", options(), "not host:port/channel"),
        ("10.0.0.9/21-1-1", options(), "job_folder must name a folder"),
        ("10.0.0.9/21-1-1", options(job_folder="/nowhere/at/all"), "no folder of this machine"),
        ("127.0.0.1/21-1-1", options(password_env="NO_SUCH_VARIABLE"), "no such variable is set"),
        ("127.0.0.1:9/21-1-1", options(), "cannot open socket://127.0.0.1:9"),
    ],
)
def test_what_is_wrong_with_an_address_or_an_option_is_told(monkeypatch, address, given, why):
    monkeypatch.delenv("NO_SUCH_VARIABLE", raising=False)
    with pytest.raises(DriverError, match=why):
        opening.open_neware(address, given, JumpClock())


def test_a_password_comes_from_the_environment_if_it_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("BTS_PASSWORD", "of-the-lab")
    bench = Bench(tmp_path, users={"admin": "of-the-lab"})
    monkeypatch.setattr(opening, "SerialLink", lambda url: bench.link())
    given = options(password_env="BTS_PASSWORD")
    device = opening.open_neware("127.0.0.1/21-1-1", given, bench.clock)
    assert device.connect() is OutputState.OFF
    assert device.envelope.current_max_a == pytest.approx(10e-3)
