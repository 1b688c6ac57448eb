"""What a segment is worth before anything is done: counted in the newest snapshot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regulars.conditions import Refused, fields_of, parse, sql
from regulars.errors import RegularsError
from regulars.words import named
from regulars_server.audiences import engine, reading
from regulars_server.console.language import library_language
from regulars_server.errors import Invalid, NotFound
from regulars_server.snapshots import queries as snapshots

VALUE = "expected_spend_365d_minor"


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """Customers whom a condition selects, and what they are expected to spend within a year.

    Attributes
    ----------
    base_customers : in the whole snapshot.
    unknown_customers : those of the segment whose value is not known; they count as 0 in the sum.
    expected_spend_minor : None where nobody's is known.
    """

    snapshot_id: str
    as_of: dt.date
    base_customers: int
    customers: int
    unknown_customers: int
    expected_spend_minor: int | None


def measured(condition: str) -> Baseline:
    """The baseline of a condition, in the newest snapshot.

    Raises
    ------
    Invalid : the condition is not allowed, with the place. NotFound : there is no snapshot yet.
    NotNow : counting took too long or too much memory, see `audiences.engine`.
    """
    try:
        newest = snapshots.snapshot("newest")
    except NotFound:
        said = _("There is no snapshot yet. Take one on the page of jobs, or wait for tonight's.")
        raise NotFound(said) from None
    fields = fields_of(newest.columns)
    try:
        where = sql(parse(condition, fields), as_of=newest.as_of)
    except Refused as error:
        said = _("Character %(n)s: %(said)s")
        shown = said % {"n": error.start + 1, "said": error.say(library_language())}
        raise Invalid(fields={"condition": shown}) from error
    value = VALUE if VALUE in fields else "CAST(NULL AS DOUBLE)"
    with engine.cursor(newest) as con:
        found = con.execute(
            f"SELECT count(*), count(*) - count({value}), sum({value}) "
            f"FROM {engine.source(newest)} WHERE ({where}) IS TRUE"
        ).fetchone()
    assert found is not None
    customers, unknown, spend = found
    return Baseline(
        snapshot_id=newest.id, as_of=newest.as_of, base_customers=newest.rows,
        customers=int(customers), unknown_customers=int(unknown),
        expected_spend_minor=None if spend is None else round(spend),
    )  # fmt: skip


def in_words(condition: str) -> str:
    """The condition as a sentence; empty where it cannot be said: no snapshot, or not allowed."""
    try:
        fields = fields_of(map(named, snapshots.snapshot("newest").columns))
        return reading.in_words(parse(condition, fields), fields)
    except (NotFound, Refused, RegularsError):
        return ""
