"""What an import says about itself, and what the lake says about its tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from regulars.declare import Text
from regulars.facts.reasons import REASONS
from regulars.result import Note


@dataclass(frozen=True, kw_only=True)
class RejectCount:
    """How many rows were rejected for one reason.

    ``column`` is the field that failed (empty when the whole line did), ``code`` the stable
    name of the reason; ``file`` and ``line`` are where the first of them stands.
    """

    column: str
    code: str
    rows: int
    file: str | None = None
    line: int | None = None

    @property
    def place(self) -> str:
        """Where the first such row stands: ``orders.csv:17``."""
        if not self.file:
            return ""
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def reason(self) -> Text:
        text = REASONS[self.code]
        if not self.column:
            return text
        return Text(f"{self.column}: {text.en}", f"{self.column}：{text.zh}")


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did.

    Attributes
    ----------
    import_id : made from the content, so the same files give the same id.
    facts_version : the version that holds the outcome; None when there is none yet.
    read : rows in the files, rejected ones included.
    new, changed, unchanged : rows of the table by what became of them (after duplicates
        within the files were taken together).
    void : rows withdrawn by this import; they are among the new or changed ones.
    rejected : counts by column and reason; ``rejected_rows`` together.
    warnings : what the reader should know, in both languages.
    no_op : the very same import had been made before; nothing was done.
    also : rows written to other tables on the way, e.g. ``{"identities": 120, "people": 118}``.
    seconds : as measured by the caller, who owns the clock.
    """

    import_id: str
    table: str
    source: str
    files: tuple[str, ...]
    facts_version: int | None
    import_seq: int
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    void: int = 0
    rejected: tuple[RejectCount, ...] = ()
    warnings: tuple[Note, ...] = ()
    no_op: bool = False
    also: dict[str, int] | None = None
    recorded_at: str | None = None
    seconds: float | None = None

    @property
    def rejected_rows(self) -> int:
        return sum(count.rows for count in self.rejected)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON knows it; `from_dict` reads it back."""
        return {
            "import_id": self.import_id,
            "table": self.table,
            "source": self.source,
            "files": list(self.files),
            "facts_version": self.facts_version,
            "import_seq": self.import_seq,
            "read": self.read,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "void": self.void,
            "rejected": [
                {
                    "column": c.column,
                    "code": c.code,
                    "rows": c.rows,
                    "file": c.file,
                    "line": c.line,
                }
                for c in self.rejected
            ],
            "warnings": [
                {"code": n.code, "en": n.text.en, "zh": n.text.zh, "values": dict(n.values)}
                for n in self.warnings
            ],
            "no_op": self.no_op,
            "also": dict(self.also or {}),
            "recorded_at": self.recorded_at,
            "seconds": self.seconds,
        }

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> ImportReport:
        values = dict(kept)
        values["files"] = tuple(kept["files"])
        values["rejected"] = tuple(RejectCount(**c) for c in kept["rejected"])
        values["warnings"] = tuple(
            Note(n["code"], Text(n["en"], n["zh"]), n["values"]) for n in kept["warnings"]
        )
        return cls(**values)


@dataclass(frozen=True, kw_only=True)
class TableStatus:
    """What the lake holds of one table."""

    table: str
    live: int
    void: int
    first_day: dt.date | None
    last_day: dt.date | None
    last_import: ImportReport | None
