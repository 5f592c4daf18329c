"""A report into a folder: HTML, PDF, figures, exactly what is plotted, and the result as data."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..runs import load_run
from .content import Content, gather, instruments
from .document import write_pdf
from .drawings import drawings_of
from .page import draw_svgs, write_html
from .whole_files import write_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFiles:
    """Where the parts of a report lie, and the result that it states as plain values."""

    html: Path
    pdf: Path
    result: Path
    csv: tuple[Path, ...]
    svg: tuple[Path, ...]
    summary: dict[str, Any]

    def as_json(self) -> dict[str, str]:
        """Where to look, as plain text: the two reports, the result, and the folder of them all."""
        return {
            "report_html": str(self.html),
            "report_pdf": str(self.pdf),
            "result_json": str(self.result),
            "folder": str(self.html.parent),
        }


def write_report(
    run_path: Path | str, out_dir: Path | str, created_utc: str | None = None
) -> ReportFiles:
    """Report on a run, finished or not, whatever its protocol. Earlier reports are replaced.

    ``created_utc`` (ISO 8601) stands in the report; by default it is now. Raises ``ValueError``
    if the run's cell record has no area or thickness, and what ``load_run`` raises.
    """
    created = created_utc or datetime.now(UTC).isoformat(timespec="seconds")
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    content = gather(load_run(run_path), created)
    source = f"run {content.run.header.run_id}, sha256 of its rows {content.run.rows_sha256}"
    csv = tuple(table.write_csv(out, source) for table in content.numbers)
    drawings = drawings_of(content)
    svgs = draw_svgs(drawings)
    drawn = tuple(write_whole(out / f"{name}.svg", f"{svg}\n") for name, svg in svgs.items())
    pdfs = _arrhenius_pdf(content, out)
    summary = _summary(content)
    as_json = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
    result = write_whole(out / "result.json", f"{as_json}\n")
    files = tuple(path.name for path in (*csv, *drawn, *pdfs, result))
    write_html(content, drawings, svgs, files, out / "report.html")
    write_pdf(content, out / "report.pdf", created)
    return ReportFiles(
        html=out / "report.html",
        pdf=out / "report.pdf",
        result=result,
        csv=csv,
        svg=drawn,
        summary=summary,
    )


def _arrhenius_pdf(content: Content, out: Path) -> tuple[Path, ...]:
    """The Arrhenius plot as a page of its own, for a paper."""
    series = content.series
    if series is None or series.found is None or series.found.arrhenius is None:
        return ()
    from ..impedance.series.arrhenius_figure import arrhenius_figure

    path, draft = out / "arrhenius.pdf", out / ".arrhenius.draft.pdf"
    arrhenius_figure(series.found.arrhenius).savefig(draft, metadata={"CreationDate": None})
    draft.replace(path)
    return (path,)


def _summary(content: Content) -> dict[str, Any]:
    result, series = content.result, content.series
    kind = "critical_current" if result else "temperature_series" if series else "run"
    devices = instruments(content)
    return {
        "kind": kind,
        "state": content.state or "completed",
        "critical_current": result.as_json() if result is not None else None,
        "temperature_series": series.as_json() if series is not None else None,
        "instruments": dict(devices.rows) if devices is not None else {},
        "impedance": [asdict(one) for one in content.fits],
        "provenance": content.provenance,
    }
