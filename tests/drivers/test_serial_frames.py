"""Line settings of a serial port: what is asked for is what the port gets."""

import pytest
from solidcell.drivers.errors import LinkLostError
from solidcell.drivers.serial_link import SerialLink


@pytest.mark.parametrize(
    ("frame", "expected"),
    [("8N1", (8, "N", 1)), ("7E1", (7, "E", 1)), ("8O2", (8, "O", 2)), ("8N1.5", (8, "N", 1.5))],
)
def test_a_port_has_the_frame_that_was_asked_for(frame, expected):
    link = SerialLink("loop://", 4800, frame=frame, handshake=True)
    port = link._port
    assert (port.bytesize, port.parity, port.stopbits) == expected
    assert (port.baudrate, port.rtscts) == (4800, True)
    link.close()


def test_a_frame_that_is_none_is_refused():
    with pytest.raises(LinkLostError, match="cannot open loop://"):
        SerialLink("loop://", 4800, frame="8X1")
