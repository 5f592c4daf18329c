"""Reports on runs: HTML, PDF, figures with their numbers, and the result as data."""

from .write import ReportFiles, write_report

__all__ = ["ReportFiles", "write_report"]
