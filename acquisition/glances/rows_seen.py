"""The rows of a run, folded into the little that is shown of it."""

from typing import Final, Self

from ..preview.plan_ahead import Ahead
from ..record.reader import RunReader
from ..record.rows import AuxiliaryReading, Event, Reading, Segment
from .alarms import KINDS, SHOWN, Alarm, alarm_of
from .oven_words import oven_in_words
from .press_words import press_in_words
from .running_charge import RunningCharge
from .voltage_history import STRETCHES, VoltageHistory

COUNTED_ROWS: Final = 20_000
"""A segment with more readings than these is not read again only to count its charge."""
_A_FEW_ROWS: Final = 200
_ENDED: Final = "segment_ended"
_OVEN: Final = "oven"
_PRESS: Final = "press"
_THERMOMETER: Final = "temperature"
"""The line that is the cell's own; without it, the oven's counts."""


class RowsSeen:
    """What was read of one run so far. ``begin`` makes it; then nothing is read twice.

    No long run is read whole: of what was there before, the readings of the segment that goes on
    are read, and of the others a few dozen, evenly spread, for ``history``. ``ahead`` is kept here
    for whoever works it out.
    """

    def __init__(self, seq: int, ahead: Ahead | None = None) -> None:
        self.ahead = ahead
        self.segments: list[Segment] = []
        self.last: Reading | None = None
        self.elapsed_s = 0.0
        self.temperature_k: float | None = None
        self.oven = ""
        self.alarms: list[Alarm] = []
        self.alarm_count = 0
        self.history = VoltageHistory()
        self._seq = seq
        self._has_thermometer = False
        self._charge = RunningCharge()

    @classmethod
    def begin(cls, reader: RunReader, ahead: Ahead | None = None) -> Self:
        """Look at a run for the first time. Raises ``RecordError`` for a damaged file."""
        seq = reader.last_seq()  # the writer commits in this order: all up to here can be seen
        seen = cls(seq, ahead)
        events = [
            event for kind in (*KINDS, _ENDED, _OVEN, _PRESS) for event in reader.events(kind=kind)
        ]
        rows: list[Segment | Event] = [*reader.segments(), *events]
        for row in sorted((row for row in rows if row.seq <= seq), key=_seq):
            seen._take(row)
        seen._read_back(reader)
        for line in reader.auxiliary_readings(max(0, seq - _A_FEW_ROWS)):
            seen._take_line(line)
        seen.elapsed_s = reader.last_elapsed_s()
        return seen

    @property
    def charge_c(self) -> float | None:
        """Net charge of the segments that ended, as recorded, and of the one that goes on.

        ``None`` while a segment goes on whose readings were too many to be read again.
        """
        return self._charge.total_c

    def read_on(self, reader: RunReader) -> list[str]:
        """Take what was added; return the kinds of its events, and ``""`` for any other row.

        Raises ``RecordError`` for a damaged file.
        """
        up_to = reader.last_seq()
        if up_to == self._seq:
            return []
        since, self._seq = self._seq, up_to
        rows: list[Segment | Event | Reading] = [
            *reader.readings(since),
            *reader.segments(since),
            *reader.events(since),
        ]
        beside = reader.auxiliary_readings(since)
        for line in beside:
            self._take_line(line)
        rows = sorted((row for row in rows if row.seq <= up_to), key=_seq)
        for row in rows:
            self._take(row)
        points = reader.impedance_points(since)
        self.elapsed_s = max(
            [self.elapsed_s, *(row.elapsed_s for row in (*rows, *points, *beside))]
        )
        return [row.kind if isinstance(row, Event) else "" for row in rows] or [""]

    def _take(self, row: Segment | Event | Reading) -> None:
        if isinstance(row, Reading):
            self.last = row
            if row.temperature_k is not None:
                self.temperature_k = row.temperature_k
            self.history.add(row.elapsed_s, row.voltage_v)
            self._charge.add(row.segment, row.elapsed_s, row.current_a)
        elif isinstance(row, Segment):
            self.segments.append(row)
            self.oven = ""
            self._charge.begin(row.number, row.elapsed_s)
        elif row.kind == _ENDED:
            self._charge.end(int(row.body["number"]), row.body.get("charge_c"))
        elif row.kind == _OVEN:
            self.oven = oven_in_words(row.body)
        elif row.kind == _PRESS:
            self.oven = press_in_words(row.body)
        else:
            self._take_alarm(alarm_of(row))

    def _take_line(self, line: AuxiliaryReading) -> None:
        self._has_thermometer = self._has_thermometer or line.name == _THERMOMETER
        if line.name == _THERMOMETER or (line.name == _OVEN and not self._has_thermometer):
            self.temperature_k = line.value

    def _take_alarm(self, alarm: Alarm | None) -> None:
        if alarm is not None:
            self.alarm_count += 1
            self.alarms = [*self.alarms, alarm][-SHOWN:]

    def _read_back(self, reader: RunReader) -> None:
        """The newest reading, the history, and the charge of the segment that goes on."""
        places = [self._seq * n // (2 * STRETCHES) for n in range(2 * STRETCHES)]
        for place in places:
            for row in reader.readings(place, limit=1):
                self.history.add(row.elapsed_s, row.voltage_v)
        self.last = _newest_reading(reader, self._seq)
        if self.last is not None:
            self.history.add(self.last.elapsed_s, self.last.voltage_v)
            self.temperature_k = self.last.temperature_k
        if self._charge.goes_on:
            began = self.segments[-1].seq
            if self._seq - began > COUNTED_ROWS:
                self._charge.lose_count()
            else:
                self._count(reader, began)

    def _count(self, reader: RunReader, since_seq: int) -> None:
        columns = reader.reading_columns(since_seq)
        names = ("seq", "segment", "elapsed_s", "current_a")
        for seq, segment, elapsed_s, current_a in zip(*(columns[n] for n in names), strict=True):
            if seq <= self._seq:
                self._charge.add(segment, elapsed_s, current_a)


def _newest_reading(reader: RunReader, seq: int) -> Reading | None:
    """The last reading up to ``seq``, among rows of other kinds: halving finds it quickly."""
    found = reader.readings(0, limit=1)
    if not found:
        return None
    least, most = found[0].seq, seq  # a reading lies after least - 1, and none after most
    while least < most:
        middle = (least + most) // 2
        later = [row for row in reader.readings(middle, limit=1) if row.seq <= seq]
        if later:
            found, least = later, later[0].seq
        else:
            most = middle
    return found[0]


def _seq(row: Segment | Event | Reading) -> int:
    return row.seq
