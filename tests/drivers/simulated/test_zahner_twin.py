"""The twin as the maker's own client finds it."""

import pytest
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.simulated.electronics import IDEAL
from solidcell.drivers.simulated.rig import load_rig
from solidcell.drivers.simulated.zahner_zennium import ZenniumTwin
from support.served import served

pytest.importorskip("thales_remote", reason="thales_remote is the independent client of this test")

pytestmark = pytest.mark.proves("zahner_zennium", client="thales_remote (Zahner)")


def readall(self, count: int) -> bytes:
    """Theirs spins for ever once the other side is gone: on Linux it never disconnects."""
    data = b""
    while len(data) < count:
        if not (got := self._socket_handle.recv(count - len(data))):
            raise ConnectionError
        data += got
    return data


@pytest.mark.slow
def test_thales_remote_measures_with_it(monkeypatch):
    from thales_remote import connection as connection_of
    from thales_remote.connection import ThalesRemoteConnection
    from thales_remote.error import ThalesRemoteError
    from thales_remote.script_wrapper import PotentiostatMode, ThalesRemoteScriptWrapper

    monkeypatch.setattr(connection_of.time, "sleep", lambda _: None)
    monkeypatch.setattr(ThalesRemoteConnection, "readall", readall)
    clock = SystemClock(speed=100.0)
    rig = load_rig("llzo", clock)
    with served(ZenniumTwin(rig.front_end(IDEAL), clock), clock) as port:
        connection = ThalesRemoteConnection()
        connection._term_port = port
        connection.connectToTerm("127.0.0.1")
        zennium = ThalesRemoteScriptWrapper(connection)
        zennium.forceThalesIntoRemoteScript()
        assert zennium.getSerialNumber() == zennium.getSerialNumberFromTerm() == "33021"
        assert zennium.getDeviceInformation() == ("ZENNIUM", "33021")
        zennium.setPotentiostatMode(PotentiostatMode.POTMODE_GALVANOSTATIC)
        zennium.setCurrent(1e-4)
        zennium.enablePotentiostat()
        assert zennium.getCurrent() == pytest.approx(1e-4)
        zennium.setAmplitude(1e-5)
        z_ohm = zennium.getImpedance(1000.0, 1e-5, 3)
        assert "Gal=-1;GAL=1" in zennium.readSetup()
        assert zennium.getTermIsActive()
        with pytest.raises(ThalesRemoteError, match="ERROR;100;1"):
            zennium.setPotential(1000.0)
        zennium.disablePotentiostat()
        connection.disconnectFromTerm()
    assert z_ohm == pytest.approx(rig.cells[0].impedance([1000.0])[0], rel=1e-4)
