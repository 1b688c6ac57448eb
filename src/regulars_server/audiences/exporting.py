"""The file of an export, written a page at a time: memory does not grow with the audience."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, override

from regulars.conditions import Condition, parse, sql
from regulars.declare import Column, Language, Text
from regulars.report import ReportContext
from regulars.report.workbook import Cells
from regulars.result import csv_text, written_aside
from regulars.words import named
from regulars_server.audiences import files, members
from regulars_server.audiences.catalogue import Catalogue, catalogue
from regulars_server.audiences.engine import locked, quoted, source
from regulars_server.audiences.measuring import answered
from regulars_server.audiences.models import Export
from regulars_server.audiences.refusals import refusing
from regulars_server.console.workspace import opened
from regulars_server.people.models import Person
from regulars_server.snapshots.queries import KEY

if TYPE_CHECKING:
    from regulars_server.work.running import Running

ROWS = 20_000
AT_ONCE = 500
MEMORY_MB = 1024
WHO = ("name", "phone", "email", "ids")
HEADS = (
    Text("Name", "姓名"),
    Text("Telephone", "电话"),
    Text("E-mail", "邮箱"),
    Text("Ids", "编号"),
)


@dataclass(frozen=True)
class Left:
    """Who is not in an export that the condition selects."""

    refusing: tuple[int, ...]
    erased: tuple[int, ...]

    @property
    def keys(self) -> set[int]:
        return {*self.refusing, *self.erased}


def left_out(*, without_refusing: bool) -> Left:
    """Whom no export has, and whom this one leaves out on request."""
    gone = set(members.erased())
    refused = set(refusing()) - gone if without_refusing else set()
    return Left(tuple(sorted(refused)), tuple(sorted(gone)))


def counted(of: Catalogue, condition: Condition, keys: Sequence[int]) -> int:
    """How many of these customers a condition selects."""
    if not keys:
        return 0
    ok = sql(condition, as_of=of.as_of)
    rows = answered(
        of,
        lambda read, _cell: (
            f"SELECT count(*) FROM {read} WHERE ({ok}) AND {KEY} IN (SELECT unnest(?::BIGINT[]))"
        ),
        [list(keys)],
    )
    return int(rows[0][0])


def run(job: Running) -> dict[str, Any]:
    """Write it aside and put it in its place; killed in between, the next attempt begins anew."""
    from regulars_server.audiences import deck, services
    from regulars_server.web.actor import Actor

    deck.switch_off()
    export = Export.objects.filter(pk=job.payload["export"]).first()
    if export is None or export.removed_at is not None:
        return {}
    found = _Writing(job, export)
    rows = found.write(files.file_of(export))
    actor = Actor(user_id=export.asked_by_id, via="job")
    with job.finishing({"customers": rows}):
        services.written(
            actor=actor, export_id=export.pk, rows=rows,
            refusing=found.count(found.left.refusing), erased=found.count(found.left.erased),
        )  # fmt: skip
    if Export.objects.filter(pk=export.pk, removed_at__isnull=False).exists():
        # Somebody was erased while it was written: it can have their row.
        files.remove(export.pk)
    return {}


class _Writing:
    """One export on its way into its file."""

    def __init__(self, job: Running, export: Export) -> None:
        self.job, self.export = job, export
        self.of = catalogue(export.snapshot)
        self.condition = parse(export.condition, self.of.fields)
        self.left = left_out(without_refusing=export.without_refusing)
        self.names = [name for name in export.columns if name != KEY]
        self.lang: Language = "zh" if export.language.startswith("zh") else "en"

    def count(self, keys: Sequence[int]) -> int:
        return counted(self.of, self.condition, keys)

    def write(self, path: Path) -> int:
        """Write the file; returns its customers."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write = {"csv": self._csv, "xlsx": self._xlsx, "parquet": self._parquet}
        with written_aside(path) as aside:
            return write[self.export.form](aside)

    def _pages(self) -> Iterator[list[tuple[Any, ...]]]:
        after, done, out = 0, 0, self.left.keys
        while rows := members.by_key(self.of, self.condition, self.names, after=after, most=ROWS):
            after = rows[-1][0]
            kept = [row for row in rows if row[0] not in out]
            if self.export.named:
                kept = list(self._with_names(kept))
            done += len(kept)
            yield kept
            self.job.progress(done)
            if len(rows) < ROWS:
                return

    def _with_names(self, rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for begin in range(0, len(rows), AT_ONCE):
            some = rows[begin : begin + AT_ONCE]
            people = who([row[0] for row in some])
            for row in some:
                yield (row[0], *people.get(row[0], ("", "", "", "")), *row[1:])

    def _csv(self, path: Path) -> int:
        head = [KEY, *(WHO if self.export.named else ()), *self.names]
        rows = 0
        # With a mark of the encoding: spreadsheets take it for another one without.
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            out.write(csv_text(head, []))
            for some in self._pages():
                out.write(csv_text(head, some).partition("\n")[2])
                rows += len(some)
        return rows

    def _xlsx(self, path: Path) -> int:
        import xlsxwriter

        options = {"strings_to_formulas": False, "strings_to_urls": False,
                   "strings_to_numbers": False, "constant_memory": True}  # fmt: skip
        columns = self._columns()
        with xlsxwriter.Workbook(str(path), options) as book:
            cells = Cells(book, self._context(), self.lang)
            heads = [cells.heading(column) for column in columns]
            widths = [max(12.0, min(32.0, 1.3 * len(head))) for head in heads]
            with override("zh-hans" if self.lang == "zh" else "en"):
                sheet = cells.sheet(gettext("Audience"), heads, widths)
            row = 0
            for some in self._pages():
                for values in some:
                    row += 1
                    for place, (column, value) in enumerate(zip(columns, values, strict=True)):
                        cells.cell(sheet, row, place, column, value)
        return row

    def _columns(self) -> list[Column]:
        known = {column.name: named(column) for column in self.of.snapshot.columns}
        key = Column(name=KEY, type="BIGINT", meaning=known[KEY].meaning, key=True,
                     label=known[KEY].label)  # fmt: skip
        who = [
            Column(name=name, type="VARCHAR", meaning=head, label=head)
            for name, head in zip(WHO, HEADS, strict=True)
        ]
        return [key, *(who if self.export.named else []), *(known[name] for name in self.names)]

    def _context(self) -> ReportContext:
        s = opened().settings
        return ReportContext(
            workspace=s.name, currency=s.currency, exponent=s.exponent, zone=s.zone,
            as_of=self.of.as_of, facts_version=self.of.snapshot.manifest["facts_version"],
        )  # fmt: skip

    def _parquet(self, path: Path) -> int:
        """By DuckDB itself, on a connection that reaches the snapshots and this folder alone."""
        ok = sql(self.condition, as_of=self.of.as_of)
        listed = "".join(f", s.{quoted(name)}" for name in self.names)
        with locked([self.of.snapshot.path.parent, path.parent], memory_mb=MEMORY_MB) as con:
            con.execute("CREATE TEMP TABLE left_out AS SELECT unnest(?::BIGINT[]) AS k",
                        [sorted(self.left.keys)]).fetchall()  # fmt: skip
            who_sql, join = "", ""
            if self.export.named:
                self._name(con)
                who_sql = "".join(f", coalesce(w.{name}, '') AS {name}" for name in WHO)
                join = f" LEFT JOIN who w ON w.k = s.{KEY}"
            target = str(path).replace("'", "''")
            read = source(self.of.snapshot)
            found = con.execute(
                f"COPY (SELECT s.{KEY}{who_sql}{listed} FROM (SELECT * FROM {read}"
                f" WHERE ({ok}) AND {KEY} NOT IN (SELECT k FROM left_out)) s{join})"
                f" TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
            ).fetchone()
        return int(found[0]) if found else 0

    def _name(self, con: Any) -> None:
        con.execute(
            "CREATE TEMP TABLE who (k BIGINT, name VARCHAR, phone VARCHAR, email VARCHAR,"
            " ids VARCHAR)"
        ).fetchall()
        after = 0
        while rows := members.by_key(self.of, self.condition, [], after=after, most=ROWS):
            after = rows[-1][0]
            for begin in range(0, len(rows), AT_ONCE):
                found = who([row[0] for row in rows[begin : begin + AT_ONCE]])
                lists = [list(found), *map(list, _turned(found.values()))]
                con.execute(
                    "INSERT INTO who SELECT unnest(?::BIGINT[]), unnest(?::VARCHAR[]),"
                    " unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
                    lists,
                ).fetchall()
            self.job.check()


def _turned(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return list(zip(*rows, strict=True)) or [()] * len(WHO)


def who(keys: Sequence[int]) -> dict[int, tuple[str, str, str, str]]:
    """Name, telephone, e-mail and ids of people, by their keys; of a merged record none."""
    found = Person.objects.in_bulk(list(keys))
    return {k: (p.name, p.phone, p.email, " ".join(p.ids)) for k, p in found.items()}
