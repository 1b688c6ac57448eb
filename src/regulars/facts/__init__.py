"""What happened: declared tables, import, identities, the lake and its versions."""

from __future__ import annotations

from regulars.facts.erasing import ErasureReport
from regulars.facts.forgetting import ForgetReport
from regulars.facts.forgotten import Erasure
from regulars.facts.guessing import guess_mapping
from regulars.facts.lake import Lake
from regulars.facts.landing import Landing, Refused
from regulars.facts.mapping import ColumnMapping, Preview, file_fields
from regulars.facts.reports import ImportReport, RejectCount, TableStatus
from regulars.facts.retention import LakeUpkeep
from regulars.facts.tables import FACTS, ROW_COLUMNS, FactTable, fact_table
from regulars.facts.versions import FactsVersion

__all__ = [
    "FACTS",
    "ROW_COLUMNS",
    "ColumnMapping",
    "Erasure",
    "ErasureReport",
    "FactTable",
    "FactsVersion",
    "ForgetReport",
    "ImportReport",
    "Lake",
    "LakeUpkeep",
    "Landing",
    "Refused",
    "Preview",
    "RejectCount",
    "TableStatus",
    "fact_table",
    "file_fields",
    "guess_mapping",
]
