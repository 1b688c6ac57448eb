"""The end of an import: refused with its rejects kept, or published with its record."""

from __future__ import annotations

import shutil
from dataclasses import replace

from regulars.errors import ImportRefused
from regulars.facts import records, rejects
from regulars.facts.job import Import
from regulars.facts.merging import Outcome
from regulars.facts.reports import ImportReport
from regulars.facts.staging import EMPTY
from regulars.facts.tables import fact_table
from regulars.facts.versions import FactsVersion, publish


def refuse_if_too_many(job: Import) -> None:
    """Forgotten people do not count: their rows are rejected by wish, not by error."""
    report = _report(job, Outcome())
    bad = sum(c.rows for c in report.rejected if c.code != "forgotten")
    if not report.read or bad <= job.request.reject_limit * report.read:
        return
    folder = records.refused_folder(job.facts, job.import_id)
    folder.mkdir(parents=True, exist_ok=True)
    rejects.save(job.con, folder / records.REJECTS)
    records.write_record(folder, report)
    reasons = "; ".join(
        f"{c.reason.en} ({c.rows}, first in {c.place})" for c in report.rejected[:5]
    )
    raise ImportRefused(
        f"{bad} of {report.read} rows were rejected, more than the limit of "
        f"{job.request.reject_limit:.0%}: {reasons}. Nothing was changed. See them with "
        f"`regulars rejects {job.import_id}`; correct the file or the mapping, or take the good "
        "rows with a higher --reject-limit.",
        import_id=job.import_id,
    )


def _report(job: Import, outcome: Outcome) -> ImportReport:
    counted = rejects.counts(job.con)
    good = job.con.execute(
        f"SELECT count(*) FROM staged WHERE row_reason IS NULL OR row_reason = ':{EMPTY}'"
    ).fetchall()[0][0]
    empty = job.con.execute(
        f"SELECT count(*) FROM staged WHERE row_reason = ':{EMPTY}'"
    ).fetchall()[0][0]
    return ImportReport(
        import_id=job.import_id,
        table=job.request.table,
        source=job.request.source,
        files=tuple(source.name for source in job.sources),
        facts_version=job.current.number or None,
        import_seq=job.seq,
        read=good - empty + sum(c.rows for c in counted),
        new=outcome.new,
        changed=outcome.changed,
        unchanged=outcome.unchanged,
        void=outcome.void,
        rejected=counted,
        warnings=tuple(job.warnings),
        also=dict(job.also),
        recorded_at=job.recorded_at,
    )


def publish_import(job: Import, outcome: Outcome) -> ImportReport:
    """Keep the record of the import, then make its version the current one."""
    if outcome.nothing_to_void:
        _reject_unknown_voids(job)
    number = job.current.number + 1
    report = replace(_report(job, outcome), facts_version=number)
    folder = records.folder_of(job.facts, job.seq, job.import_id)
    folder.mkdir(parents=True, exist_ok=True)
    if report.rejected:
        rejects.save(job.con, folder / records.REJECTS)
    records.write_record(folder, report)
    publish(
        job.facts / "versions",
        FactsVersion(
            number=number,
            tables={**job.current.tables, **job.versions},
            import_seq=job.seq,
            import_id=job.import_id,
            next_customer_key=job.next_key,
            oldest=job.current.oldest,
            operation="import",
            recorded_at=job.recorded_at,
            landed=job.current.landed,
        ),
    )
    shutil.rmtree(records.refused_folder(job.facts, job.import_id), ignore_errors=True)
    return report


def _reject_unknown_voids(job: Import) -> None:
    """Withdrawals of rows that nobody ever imported, kept as rejects by their key."""
    table = job.request.table
    key = ", ".join(f"'{n}', {n}" for n in fact_table(table).key)
    job.con.execute(
        "INSERT INTO rejects SELECT NULL, NULL, '', 'nothing_to_void', "
        f"CAST(json_object({key}) AS VARCHAR), NULL, NULL FROM merged_{table} "
        "WHERE outcome = 'nothing_to_void'"
    ).fetchall()
    job.con.execute(
        "DELETE FROM staged WHERE rowid IN (SELECT ordinal FROM incoming i JOIN "
        f"merged_{table} m ON {' AND '.join(f'i.{n} = m.{n}' for n in fact_table(table).key)} "
        "WHERE m.outcome = 'nothing_to_void')"
    ).fetchall()
