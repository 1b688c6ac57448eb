"""What an import noticed and the reader should know, though no row was rejected for it."""

from __future__ import annotations

from regulars.facts import records
from regulars.facts.foreign import DAYS_BACK
from regulars.facts.job import Import
from regulars.facts.merging import Outcome, old_rows
from regulars.facts.plan import Plan
from regulars.facts.sql import literal
from regulars.facts.tables import fact_table


def staged_values(job: Import, plan: Plan) -> None:
    """Amounts that were rounded, turned or converted."""
    flags = job.con.execute(
        "SELECT count(*) FILTER (row_rounded), count(*) FILTER (row_turned) FROM staged "
        "WHERE row_reason IS NULL"
    ).fetchall()[0]
    for code, rows in zip(("rounded", "negative_sales"), flags, strict=True):
        if rows:
            job.warn(code, rows=rows)
    if plan.has_rates and "rate" not in plan.names:
        rows = job.con.execute(
            "SELECT count(*) FROM staged WHERE row_reason IS NULL AND rate IS NOT NULL AND "
            f"source_currency <> {literal(job.money.currency)}"
        ).fetchall()[0][0]
        if rows:
            job.warn("rates_looked_up", rows=rows, days=DAYS_BACK)


def customers(job: Import, plan: Plan) -> None:
    """Customers that no file of customers names, and orders before a customer's birth."""
    if "customer_key" not in plan.mapped:
        return
    if plan.table.name != "customers" and "customers" in job.current.tables:
        new = job.con.execute("SELECT count(*) FROM keys WHERE is_new").fetchall()[0][0]
        if new:
            job.warn("unknown_customers", rows=new)
    if plan.table.name == "orders":
        dated, born = "incoming", _old(job, "people")
    elif plan.table.name == "customers" and "birth_date" in plan.mapped:
        dated, born = _old(job, "orders"), "incoming"
    else:
        return
    early = job.con.execute(
        f"SELECT count(*) FROM {dated} o JOIN {born} p USING (customer_key) "
        "WHERE o.day < p.birth_date AND o.status = 'live'"
    ).fetchall()[0][0]
    if early:
        job.warn("before_birth", rows=early)


def _old(job: Import, table: str) -> str:
    return old_rows(job.con, fact_table(table), job.files(table))


def other_sources(job: Import, outcome: Outcome) -> None:
    """One order id from two systems is more often a clash than a correction: say it."""
    if not outcome.changed or not outcome.replaced_imports:
        return
    own = {job.request.source}
    sources = {
        int(folder.name[:8]): records.read_record(folder).source
        for folder in records.published(job.facts, job.current.import_seq)
        if int(folder.name[:8]) in outcome.replaced_imports
    }
    foreign = [seq for seq, source in sources.items() if source not in own]
    if not foreign:
        return
    listed = ", ".join(map(str, foreign))
    rows = job.con.execute(
        f"SELECT count(*) FROM merged_{job.request.table} WHERE outcome = 'changed' "
        f"AND replaced IN ({listed})"
    ).fetchall()[0][0]
    job.warn("other_source", rows=rows)
