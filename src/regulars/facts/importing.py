"""One import from its files to the published version."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from regulars.errors import FactsError
from regulars.facts import line_orders, noticing, records, rejects
from regulars.facts.casting import macros
from regulars.facts.day_order import settle
from regulars.facts.foreign import make_rates
from regulars.facts.forgotten import read_forgotten
from regulars.facts.guessing import guess_mapping
from regulars.facts.identities import (
    identify,
    merged_identities,
    named_customers,
    named_identities,
    new_identities,
    reject_forgotten,
)
from regulars.facts.incoming import made_key, make_incoming
from regulars.facts.job import Import
from regulars.facts.mapping import AUTO, ColumnMapping
from regulars.facts.merging import Complete, Outcome, merge
from regulars.facts.patterns import expand
from regulars.facts.plan import Plan
from regulars.facts.publishing import publish_import, refuse_if_too_many
from regulars.facts.reading import Source, open_source
from regulars.facts.rejects import StagedFile
from regulars.facts.reports import ImportReport
from regulars.facts.sql import literal
from regulars.facts.staging import stage
from regulars.facts.surplus import refuse_unread, unread_columns
from regulars.facts.tables import fact_table
from regulars.facts.tables.people import PERSONAL_COLUMNS
from regulars.facts.text_import import mend, read_broken
from regulars.facts.zones import days_that_run_over, utc_of_local

# From here on it pays to look at the zone first.
_MANY_BYTES = 1 << 20


def run(job: Import) -> ImportReport:
    """Do the whole import under the writer's lock; returns its report.

    Raises
    ------
    ImportRefused : too many rows were rejected; nothing changed, the rejects are kept.
    FactsError : a file, column or mapping is wrong; nothing changed.
    """
    plan = _prepare(job)
    before = records.find(job.facts, job.import_id, job.current.import_seq)
    if before is not None and job.request.again:
        # An import of its own, with an id that no earlier one has.
        job.import_id = _import_id(job, plan, again=job.seq)
    elif before is not None:
        _warn_of_changes_since(job, int(before.name[:8]))
        return replace(
            records.read_record(before),
            facts_version=job.current.number, read=0, new=0, changed=0, unchanged=0, void=0,
            rejected=(), warnings=tuple(job.warnings), also={}, no_op=True,
        )  # fmt: skip
    _check(job, plan)
    refuse_if_too_many(job)
    job.watch.enter("comparing")
    outcome = _merge(job, plan)
    job.watch.enter("publishing")
    return publish_import(job, outcome)


def take_in(job: Import) -> Outcome:
    """The same without a publication and without a limit: what is refused stands in ``rejects``."""
    plan = _prepare(job)
    _check(job, plan)
    return _merge(job, plan)


def _check(job: Import, plan: Plan) -> None:
    job.watch.enter("checking")
    _stage(job, plan)
    _identify(job, plan)
    rejects.collect(
        job.con, job.staged, source=job.request.source, forgotten=read_forgotten(job.facts)
    )


def _warn_of_changes_since(job: Import, seq: int) -> None:
    """The same files again change nothing, not even back: say what has changed in between."""
    later = [
        records.read_record(folder)
        for folder in records.published(job.facts, job.current.import_seq)
        if int(folder.name[:8]) > seq
    ]
    # What is withdrawn is among the changed rows.
    rows = sum(one.changed for one in later if one.table == job.request.table)
    job.warnings = []
    if rows:
        job.warn("changed_since", rows=rows)


def _prepare(job: Import) -> Plan:
    """Open the files, settle the mapping, name the import by its content."""
    request = job.request
    table = fact_table(request.table)
    for place, given in enumerate(expand(request.files)):
        job.sources.append(
            open_source(
                job.con, given, place=place, work=job.work, mapping=request.mapping,
                progress=request.progress,
            )
        )  # fmt: skip
    mapping = _mapping(job, table.name)
    mapping, deciding = settle(job.con, mapping, job.sources, job.work)
    if deciding:
        job.warn("day_order_found", rows=deciding, order=mapping.day_order)
    for source in job.sources:
        for code, values in source.notes.items():
            job.warn(code, **values)
    plan = Plan(table, mapping, job.money, job.zone, void=request.void)
    plan.days_are_local = _days_are_local(job, plan)
    plan.last_day = _last_day(job)
    rates = job.files("exchange_rates")
    if rates and table.name == "orders" and "source_currency" in plan.names:
        make_rates(job.con, rates)
        plan.has_rates = True
    job.import_id = _import_id(job, plan)
    return plan


def _utc_of_local(job: Import, plan: Plan, source: Source, seen: Sequence[str]) -> str | None:
    """A quicker way from local times to instants, where there are many rows."""
    if not _is_long(source) or plan.table.instant not in plan.names or not plan.last_day:
        return None
    last_day = dt.date.fromisoformat(plan.last_day)
    return utc_of_local(job.con, plan.mapping.zone or job.zone, seen, last_day)


def _is_long(source: Source) -> bool:
    return source.text is not None and source.text.path.stat().st_size >= _MANY_BYTES


def _days_are_local(job: Import, plan: Plan) -> bool:
    """Whether the files' own dates are the days; worth asking when there are many rows."""
    if not any(map(_is_long, job.sources)) or (plan.mapping.zone or job.zone) != job.zone:
        return False
    return not job.con.execute(days_that_run_over(job.zone)).fetchall()


def _last_day(job: Import) -> str:
    """The last day that something can have happened on: the import's own and one to spare."""
    instant = f"TIMESTAMP {literal(job.recorded_at)}"
    local = f"timezone({literal(job.zone)}, timezone('UTC', {instant}))"
    return str(job.con.execute(f"SELECT CAST({local} AS DATE) + 1").fetchall()[0][0])


def _mapping(job: Import, table: str) -> ColumnMapping:
    """The mapping that was given, or a guess; checked against every file."""
    request, first = job.request, job.sources[0]
    mapping = request.mapping
    if mapping is None:
        mapping = guess_mapping(table, first.header, first.sample, source=request.source)
        # What the first rows say of days is little: all rows are asked.
        mapping = replace(mapping, day_order=AUTO)
        if mapping.unsure:
            job.warn("unsure_columns", columns=", ".join(mapping.unsure))
    if mapping.table != table:
        raise FactsError(f"The mapping is for {mapping.table}, not for {table}.")
    mapping.check_words()
    if request.void:
        for source in job.sources:
            mapping = mapping.for_withdrawal(source.header)
    for source in job.sources:
        mapping.check_columns(source.header, file=source.name)
        mapping.check_required(source.header, void=request.void, file=source.name)
        if mapping.kept and not request.void:
            _look_at_unread(job, mapping, source)
    return mapping


def _look_at_unread(job: Import, mapping: ColumnMapping, source: Source) -> None:
    """What a saved mapping passes over: refused where it decides, else said."""
    unread = unread_columns(mapping, source.header, source.sample)
    refuse_unread(mapping, unread, file=source.name)
    if unread and not mapping.attributes:
        job.warn(
            "unread_columns",
            file=source.name,
            columns=", ".join(unread.values()),
            take=" ".join(f"--mapping {name}={column}" for name, column in unread.items()),
        )


def _import_id(job: Import, plan: Plan, *, again: int | None = None) -> str:
    content: dict[str, Any] = {
        "table": plan.table.name,
        "source": job.request.source,
        "mapping": plan.mapping.to_dict(),
        "zone": job.zone,
        "currency": [job.money.currency, job.money.exponent],
        "void": job.request.void,
        "files": [source.digest for source in job.sources],
    }
    if again is not None:
        content["again"] = again
    said = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(said).hexdigest()[:32]


def _stage(job: Import, plan: Plan) -> None:
    first = 0
    for source in job.sources:
        seen = _seen_times(plan, source)
        for statement in macros(
            plan.mapping,
            zone=job.zone,
            seen=seen,
            text=source.text,
            utc_of_local=_utc_of_local(job, plan, source, seen),
        ):
            job.con.execute(statement).fetchall()
        mend(job.con, source, job.work)
        with source.reading(source.name):
            rows = stage(job.con, plan, source)
        broken = read_broken(job.con) if source.text else []
        job.staged.append(StagedFile(source, first, rows, broken))
        first += rows
    noticing.staged_values(job, plan)


def _seen_times(plan: Plan, source: Source) -> list[str]:
    columns = [
        column
        for name, column in plan.mapping.columns.items()
        if plan.fields[name].type in ("DATE", "TIMESTAMP") and isinstance(column, str)
    ]
    return [str(value).strip() for c in columns for value in source.sample.get(c, ())[:20] if value]


def _identify(job: Import, plan: Plan) -> None:
    job.next_key = job.current.next_customer_key
    is_identities = plan.table.name == "identities"
    if "customer_key" not in plan.mapped and not is_identities:
        return
    job.watch.enter("identifying")
    source = job.request.source
    job.next_key = identify(
        job.con,
        named=named_identities(source) if is_identities else named_customers(source),
        files=job.files("identities"),
        next_key=job.next_key,
        forgotten=read_forgotten(job.facts),
    )
    for column in ("external_id", "same_as") if is_identities else ("customer_id",):
        by = "source" if is_identities else "customer_source"
        reject_forgotten(job.con, source=source, column=column, by=by)


def _merge(job: Import, plan: Plan) -> Outcome:
    name = plan.table.name
    if name == "identities":
        people = merged_identities(
            job.con, source=job.request.source, files=job.files("identities")
        )
        job.con.execute(f"CREATE TABLE incoming AS {people}").fetchall()
        return _merge_into(job, name, "", set(), own=True)
    made = made_key(plan)
    before = job.current.tables.get(name)
    duplicates, complete = make_incoming(job.con, plan, source=job.request.source)
    for code, rows in duplicates.items():
        job.warn(code, rows=rows)
    if made is not None and made.name == "line":
        job.warn("lines_numbered")
        line_orders.withdraw_missing_lines(job.con, job.facts / name, before)
    elif made is not None:
        job.warn("keys_made", key=made.name, parts=", ".join(plan.table.key_from))
    noticing.customers(job, plan)
    if "customer_key" in plan.mapped:
        _merge_new_identities(job)
    if name == "customers" and plan.mapped & {c.name for c in PERSONAL_COLUMNS}:
        _merge_people(job, plan)
    job.watch.enter("writing")
    outcome = _merge_into(job, name, "", _spoken_of(job, plan), own=True, complete=complete)
    if name == "order_lines":
        _merge_line_orders(job, plan, before)
    noticing.other_sources(job, outcome)
    return outcome


def _merge_into(
    job: Import,
    table: str,
    rows: str,
    mapped: set[str],
    *,
    own: bool = False,
    complete: Complete | None = None,
) -> Outcome:
    view = "incoming" if own else f"incoming_{table}"
    if not own:
        job.con.execute(f"CREATE TABLE {view} AS {rows}").fetchall()
    outcome = merge(
        job.con,
        path=job.facts / table,
        version=job.current.tables.get(table),
        incoming=view,
        mapped=mapped,
        stamp=job.stamp,
        complete=complete,
    )
    _note(job, table, outcome, own=own)
    return outcome


def _merge_new_identities(job: Import) -> None:
    rows = job.con.execute("SELECT count(*) FROM keys WHERE is_new").fetchall()[0][0]
    always = frozenset(("source", "external_id", "customer_key"))
    complete = Complete(rows=rows, filled=always, always=always)
    _merge_into(job, "identities", new_identities(), set(), complete=complete)


def _note(job: Import, table: str, outcome: Outcome, *, own: bool = False) -> None:
    if outcome.version is not None:
        job.versions[table] = outcome.version
    if not own and outcome.written:
        job.also[table] = outcome.written


def _merge_people(job: Import, plan: Plan) -> None:
    names = [c.name for c in PERSONAL_COLUMNS]
    said = " OR ".join(f"{name} IS NOT NULL" for name in names)
    _merge_into(
        job,
        "people",
        f"SELECT customer_key, {', '.join(names)}, status FROM incoming "
        f"WHERE ({said}) OR status = 'void'",
        _spoken_of(job, plan),
    )


def _spoken_of(job: Import, plan: Plan) -> set[str]:
    """The columns whose empty fields say "nothing": a file's; a stream's rows leave out instead."""
    return plan.mapped if job.stream is None else set()


def _merge_line_orders(job: Import, plan: Plan, before: int | None) -> None:
    outcome, many = line_orders.merge_orders(
        job.con,
        facts=job.facts,
        lines_version=job.versions.get("order_lines", before),
        before=before,
        orders_version=job.current.tables.get("orders"),
        plan=plan,
        stamp=job.stamp,
    )
    _note(job, "orders", outcome)
    if outcome.written:
        job.warn("orders_from_lines", rows=outcome.written)
    if many:
        job.warn("orders_of_many_customers", rows=many)
