"""The report: one HTML file that opens offline, in English and 简体中文."""

from regulars.report.build import build_report
from regulars.report.context import ReportContext
from regulars.report.workbook import write_workbook
from regulars.report.write import write_report

__all__ = ["ReportContext", "build_report", "write_report", "write_workbook"]
