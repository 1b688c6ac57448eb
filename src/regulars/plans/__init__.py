"""Plans: scenario files read and checked, and what they come to as text, JSON, page or workbook."""

from __future__ import annotations

from regulars.plans.answer import Answer, Plan
from regulars.plans.facts import Facts
from regulars.plans.page import build_page, write_page
from regulars.plans.places import Place, PlanError
from regulars.plans.reading import EXAMPLES, KINDS, example, example_text, parsed, read
from regulars.plans.workbook import write_workbook
from regulars.plans.writing import table_text

__all__ = [
    "EXAMPLES",
    "KINDS",
    "Answer",
    "Facts",
    "Place",
    "Plan",
    "PlanError",
    "build_page",
    "example",
    "example_text",
    "parsed",
    "read",
    "table_text",
    "write_page",
    "write_workbook",
]
