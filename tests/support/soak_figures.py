"""What a soak has come to, in figures."""

from collections.abc import Iterable

from support.soak import Result

CHARGE_ERROR_MAX, SAFE_WITHIN_S, LOSS_WINDOW_S = 1e-4, 5.0, 0.5


def charge_error(result: Result) -> float:
    """The sum of the sizes of all segments' errors over the sum of their charges."""
    moved_c = sum(each.moved_c for each in result.audits)
    return sum(each.error_c for each in result.audits) / moved_c if moved_c else 0.0


def is_good(result: Result) -> bool:
    """Whether everything that was promised was kept."""
    return (
        not result.wrong
        and charge_error(result) < CHARGE_ERROR_MAX
        and all(s < SAFE_WITHIN_S for s in result.safe_after_kill_s)
    )


def rows(result: Result) -> list[tuple[str, str, str]]:
    """Return (figure, asked, measured), for people."""
    r, audits = result, result.audits
    moved_c = sum(each.moved_c for each in audits)
    unrecorded_c = sum(abs(c) for each in audits for c in each.unrecorded_c.values())
    worst = max((each.worst for each in audits), default=0.0)
    late_s = [s for each in audits for s in each.late_s]
    return [
        ("hours of the cell's life", "72", f"{r.simulated_s / 3600:.1f}"),
        ("runs, and starts that a fault prevented", "", f"{len(audits)}, {r.not_begun}"),
        ("how they ended", "", _counted(r.ends)),
        ("interrupted runs that were gone on with", "", f"{r.gone_on}"),
        ("misfortunes", "", _counted(r.befallen)),
        ("faults of the wire that came to pass", "", f"{sum(r.line_faults.values())}"),
        ("readings and points of spectra in the records", "", _sums(audits)),
        ("  of these seen live by another process", "", f"{r.live_rows}"),
        ("violations found", "0", f"{len(r.wrong)}"),
        ("lines lost by the wire within a segment", "", f"{sum(a.damaged for a in audits)}"),
        ("said, not recorded, segment broken off", "", f"{sum(a.unfinished for a in audits)}"),
        ("  age of these when it was broken off", "< 500 ms", _spread_ms(late_s)),
        ("charge moved in galvanostatic segments", "", f"{moved_c:.3f} C"),
        ("  error against the true cell", "< 0.01 %", f"{charge_error(r) * 100:.2g} %"),
        (
            "  largest of one segment",
            "",
            f"{worst * 100:.2g} %",
        ),
        ("charge after the last row of broken segments", "", f"{unrecorded_c:.4f} C"),
        ("  gaps whose told bounds hold it", "", f"{sum(a.gaps for a in audits)}"),
        ("steps of the wall clock that are told", "", f"{sum(a.clock_steps for a in audits)}"),
        ("cell open after the worker was killed", "< 5 s", _spread_ms(r.safe_after_kill_s)),
        ("  the same while the wire had a fault", "", _spread_ms(r.safe_after_both_s)),
        ("cell open after a stop was asked for", "", _spread_ms(r.open_after_stop_s)),
        ("limit acted on after its reading was said", "", _spread_ms(r.limit_latency_s)),
        ("runs that say their cell may be on", "", f"{r.told_unknown}"),
    ]


def latencies(result: Result) -> dict[str, list[float]]:
    """Every latency, in s."""
    return {
        "limit": result.limit_latency_s,
        "kill": result.safe_after_kill_s,
        "kill, with a fault of the wire": result.safe_after_both_s,
        "stop": result.open_after_stop_s,
    }


def told(result: Result) -> Iterable[str]:
    """Lines of a table, what went wrong, and the histogram of the limits."""
    for figure, asked, measured in rows(result):
        yield f"{figure:48} {asked:10} {measured}"
    yield "a limit acted on within:"
    for upto_s in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0):
        count = sum(s <= upto_s for s in result.limit_latency_s)
        yield f"  {upto_s * 1e3:6g} ms  {count:4} {'#' * count}"
    yield from (f"WRONG {text}" for text in result.wrong)


def _counted(counter: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items()))


def _sums(audits: list) -> str:
    return f"{sum(a.rows for a in audits)} + {sum(a.points for a in audits)}"


def _spread_ms(values_s: list[float]) -> str:
    if not values_s:
        return "none"
    ordered = sorted(values_s)
    middle, most = ordered[len(ordered) // 2] * 1e3, ordered[-1] * 1e3
    return f"{middle:.0f} ms median, {most:.0f} ms at most, of {len(ordered)}"
