"""``solidcell seal``: check and hash runs that have ended, and find a change years later."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .answer import AsJson, in_words, print_json, say, say_error
from .progress import shown_progress

if TYPE_CHECKING:
    from ..acquisition.sealing import Seal

Answer = dict[str, Any]


def seal(
    runs: Annotated[
        list[str], typer.Argument(help="Runs that have ended: their ids, folders or files.")
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Compare sealed runs with their seals; write nothing.")
    ] = False,
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    as_json: AsJson = False,
) -> int:
    """Check and hash runs that have ended, and make their files read-only.

    Every row is gone through; the SHA-256 of the file goes into RUN.seal.json beside it, and with
    pyarrow installed the tables are written as Parquet. A run that is refused is left as it was,
    and the others are sealed all the same.
    """
    from ..acquisition.record.errors import RecordError
    from ..acquisition.sealing import SealError
    from ..acquisition.session import default_data_dir, find_run

    answers: list[Answer] = []
    for name in runs:
        try:
            run_file = find_run(name, data or default_data_dir())
            answers += _check(run_file) if check else [_seal(run_file)]
        except (SealError, RecordError, OSError) as error:
            answers.append({"run": name, "verdict": "refused", "detail": in_words(error)})
    if as_json:
        print_json(answers)
    else:
        for answer in answers:
            _print(answer)
    return int(any(answer["verdict"] not in ("sealed", "unchanged") for answer in answers))


def seal_with_tables(run_file: Path, *, patience_s: float) -> "Seal":
    """Seal a run and, with pyarrow installed, the tables made from it.

    Raises what ``seal_run`` raises, and ``OSError`` if the tables cannot be written: the run
    itself is sealed then.
    """
    from ..acquisition.sealing import add_tables, seal_run
    from ..analysis.exports import parquet_is_available, write_parquet_tables

    with shown_progress(f"checking {_name(run_file)}") as tell:
        sealed = seal_run(run_file, patience_s=patience_s, progress=tell)
    if sealed.tables or not parquet_is_available():
        return sealed
    with shown_progress(f"{_name(run_file)} as Parquet") as tell:
        tables = write_parquet_tables(run_file, tell)
    return add_tables(run_file, tables)


def _seal(run_file: Path) -> Answer:
    sealed = seal_with_tables(run_file, patience_s=5.0)
    if not sealed.tables:
        say(f"{_name(run_file)}: no Parquet without pyarrow: pip install 'solidcell[parquet]'")
    return {
        "run": sealed.run_id,
        "file": run_file,
        "verdict": "sealed",
        "detail": f"{sealed.last_seq} rows, SHA-256 {sealed.file.sha256}",
        "seal": asdict(sealed),
    }


def _check(run_file: Path) -> list[Answer]:
    from ..acquisition.sealing import check_seal

    return [
        {
            "run": _name(run_file),
            "file": found.path,
            "verdict": found.verdict.value,
            "detail": found.detail,
        }
        for found in check_seal(run_file)
    ]


def _print(answer: Answer) -> None:
    if answer["verdict"] == "refused":
        say_error(answer["detail"])
        return
    subject = Path(answer["file"]).name
    print(f"{answer['verdict']:11} {subject}  {answer['detail']}".rstrip())


def _name(run_file: Path) -> str:
    return run_file.name.removesuffix(".run.sqlite")
