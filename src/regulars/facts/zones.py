"""What a time zone does over the years of a file, looked at once instead of for every row.

Between two clock changes a zone keeps one distance from UTC, so that a local time becomes an
instant by a subtraction. The spans of days without a change are asked of the database, which knows
the zones; times outside them go the long way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from regulars.errors import ParameterError
from regulars.facts.sql import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LAST = "d + INTERVAL 86399999999 MICROSECONDS"
_BEFORE, _AFTER = dt.timedelta(days=400), dt.timedelta(days=4000)
# A test for each span stands before the long way, so there are not many.
_MOST_SPANS = 24


def check_zone(con: DuckDBPyConnection, zone: str) -> None:
    """Refuse a name that is no time zone's."""
    known = con.execute(
        "SELECT count(*) FROM pg_timezone_names() WHERE name = ?", [zone]
    ).fetchall()[0][0]
    if not known:
        raise ParameterError(
            f"{zone!r} is no IANA time zone such as Europe/Berlin or Asia/Shanghai."
        )


def utc_of_local(
    con: DuckDBPyConnection, zone: str, seen: Sequence[str], most: dt.date
) -> str | None:
    """SQL for the instant (UTC) of the local time ``t``; None where nothing quicker is known.

    Parameters
    ----------
    seen : some times as the file writes them; the spans around them are taken.
    most : no later day is expected.
    """
    days = _days(seen)
    if not days:
        return None
    long_way = f"make_timestamp(epoch_us(timezone({literal(zone)}, t)))"
    first, last = min(days) - _BEFORE, min(max(days) + _AFTER, most + _BEFORE)
    whens = " ".join(
        f"WHEN t >= TIMESTAMP '{start}' AND t < TIMESTAMP '{end}' "
        f"THEN make_timestamp(epoch_us(t) - ({offset}))"
        for start, end, offset in con.execute(_spans(zone, first, last)).fetchall()
    )
    return f"CASE {whens} ELSE {long_way} END" if whens else None


def _days(seen: Sequence[str]) -> list[dt.date]:
    days = []
    for value in seen:
        try:
            days.append(dt.date.fromisoformat(value[:10]))
        except ValueError:
            continue
    return [day for day in days if 1900 < day.year < 2190]


def _spans(zone: str, first: dt.date, last: dt.date) -> str:
    """Spans of whole days that keep one distance from UTC: start, end, microseconds; newest first.

    A day keeps it when its first and its last moment have the same.
    """
    count = max((last - first).days, 1)
    return (
        "SELECT min(d), max(d) + INTERVAL 1 DAY, distance FROM (SELECT d, distance, "
        "n - row_number() OVER (PARTITION BY distance ORDER BY n) AS run FROM (SELECT n, d, "
        f"epoch_us(d) - epoch_us(timezone({literal(zone)}, d)) AS distance, "
        f"epoch_us({_LAST}) - epoch_us(timezone({literal(zone)}, {_LAST})) AS later FROM "
        f"(SELECT i AS n, TIMESTAMP '{first}' + to_days(CAST(i AS INTEGER)) AS d "
        f"FROM range({count}) t(i))) WHERE distance = later) GROUP BY distance, run "
        f"ORDER BY 1 DESC LIMIT {_MOST_SPANS}"
    )


def days_that_run_over(zone: str) -> str:
    """SQL for the days on which a late local time falls on the day after (1970 to 2100).

    A clock change that leaves out the time around midnight does it, or one that leaves out a
    day. When a day's last moment stays on its day, every time of it does.
    """
    moved = f"timezone({literal(zone)}, timezone({literal(zone)}, {_LAST}))"
    return (
        "SELECT CAST(d AS DATE) FROM (SELECT TIMESTAMP '1970-01-01' + to_days(CAST(i AS INTEGER)) "
        f"AS d FROM range(47847) t(i)) WHERE CAST({moved} AS DATE) <> CAST(d AS DATE)"
    )
