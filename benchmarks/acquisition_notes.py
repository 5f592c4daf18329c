"""What the page of figures says of its two longest parts."""

CHANNELS = """\
Each channel is a run as `solidcell run` starts it: supervisor, worker, driver, TCP. Half of the
instruments measure by themselves (MethodSCRIPT), half are stepped by the host, reading by reading
(source meters). All twins stand in one process, whose processor time is told apart. Afterwards
every record is compared with what its twin wrote down as it said it: each value, in order.

Another process sees a reading half a second after it was taken at most, for ten readings a second
are committed twice a second. The host keeps the grid of an instrument that it steps; what the
others print has the instrument's own time. *Rests on* a machine that does little else."""

SOAK = """\
One channel before a simulated LPSCl cell whose life passes 1000 times faster; run follows upon run
through the real path. Half-cycles of 90 µA, rests, a voltage hold and a spectrum; every 30 minutes
of the cell's life, in the mean, something befalls the run, drawn from the seed:

* **the wire**: any of the 17 faults of [the matrix](../reference/instruments.md), at any byte of
  any of the next 200 lines;
* **processes**: the worker is killed, frozen for up to a second, or killed with its supervisor;
* **people**: pause (open or at rest) and resume, skip, stop, emergency stop; a run that broke off
  is gone on with in four cases of five;
* **machine**: the wall clock is set by up to an hour, flushes take up to 1.5 s, writes or flushes
  fail, another program keeps the file open;
* **the cell**: its voltage runs away; a voltage hold leads beyond the charge limit.

The oracle stands inside: it takes down each line as the instrument says it, before the wire, reads
it by code of its own, and integrates the current in the cell itself. It asks of every record:

1. each row is what was said, bit for bit, at the instrument's time, once, in order; nothing is
   missing within a segment but lines that the wire lost, and what is missing behind the last row
   of a segment that was broken off was younger than the loss window;
2. each row that another process read while the run went on is there, unchanged; the rows are
   numbered without a hole, the file is whole;
3. the charge of every galvanostatic segment from its begin to its last row, recorded against true;
   behind the last row of a segment that was broken off nobody measured: that charge is stated
   apart, and lies within the bounds that the event `gap` tells;
4. a run that says its cell is open has an open cell; nothing follows a reading beyond a limit; a
   step of the wall clock is in the record; a run ends for a reason that befell it.

The time of the cell is held while nobody is connected to an open cell, so that these are hours of
measuring; times in ms are real ones. What is drawn is the same for the same seed, what it meets
depends on how the processes happen to run. *Not covered*: instruments stepped by the host, which
cannot be stepped 1000 times faster."""
