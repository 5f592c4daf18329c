"""Scripts in the order of statements that all published examples use."""

SEND = ("pck_start", "pck_add t", "pck_add p", "pck_add c", "pck_end")
VARIABLES = ("var p", "var c", "var t")
FINALLY = ("on_finished:", "cell_off")


def chronoamperometry(volts="100m", interval="100m", duration="2", ranges=()):
    return (
        *VARIABLES,
        "set_pgstat_chan 0",
        "set_pgstat_mode 2",
        "set_max_bandwidth 40",
        f"set_range_minmax da {volts} {volts}",
        "set_range ba 100u",
        "set_autoranging ba 1u 10m",
        *ranges,
        f"set_e {volts}",
        "cell_on",
        "timer_start",
        f"meas_loop_ca p c {volts} {interval} {duration}",
        "timer_get t",
        *SEND,
        "endloop",
        *FINALLY,
    )


def chronopotentiometry(amps="1m", duration="3", db="10m", body=()):
    return (
        *VARIABLES,
        "set_pgstat_mode 6",
        f"set_range db {db}",
        "set_range ba 10m",
        "cell_on",
        "timer_start",
        f"meas_loop_cp p c {amps} 1 {duration}",
        "timer_get t",
        *SEND,
        *body,
        "endloop",
        *FINALLY,
    )


def sweep(loop, mode="2", step="10m"):
    return (
        "var p",
        "var c",
        f"set_pgstat_mode {mode}",
        "set_range ba 3m",
        "cell_on",
        loop.format(step=step),
        "pck_start",
        "pck_add p",
        "pck_add c",
        "pck_end",
        "endloop",
        *FINALLY,
    )


def impedance(arguments, galvanostatic=False, setting=()):
    return (
        "var f",
        "var r",
        "var j",
        f"set_pgstat_mode {6 if galvanostatic else 3}",
        *setting,
        "cell_on",
        f"meas_loop_{'geis' if galvanostatic else 'eis'} f r j {arguments}",
        "pck_start",
        "pck_add f",
        "pck_add r",
        "pck_add j",
        "pck_end",
        "endloop",
        *FINALLY,
    )
