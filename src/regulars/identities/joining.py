"""From links between customers to who becomes whom, and what is held back.

Customers that are linked, directly or through others, make a cluster; its oldest customer stays.
A cluster is held back whole, and never in part, when it would join records that somebody parted
or rejected, when it is larger than one person plausibly has records, or when two of its customers
are known to be born on different days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from regulars.identities.clusters import components
from regulars.identities.reports import Cluster, Held
from regulars.identities.tables import register

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOWN = 10
LISTED = 50


def join(con: DuckDBPyConnection, *, largest: int, mind_births: bool) -> None:
    """Make ``moves`` (customer_key, merged_from, merged_into, rule) from ``links``.

    ``held_links`` keeps the links of clusters that contradict their birth dates.
    """
    found = con.execute("SELECT customer, other FROM links").fetchnumpy()
    roots, survivors, numbers = components(found["customer"], found["other"])
    register(con, "joined", root=roots, survivor=survivors, cluster=numbers)
    con.execute("CREATE TABLE stopped (cluster BIGINT, reason VARCHAR)").fetchall()
    con.execute(f"INSERT INTO stopped {_rejected()}").fetchall()
    con.execute(
        "INSERT INTO stopped SELECT cluster, 'large' FROM joined JOIN records USING (root) "
        f"WHERE cluster NOT IN (SELECT cluster FROM stopped) GROUP BY cluster "
        f"HAVING count(*) > {largest}"
    ).fetchall()
    if mind_births:
        con.execute(f"INSERT INTO stopped {_contradicting()}").fetchall()
    con.execute(
        "CREATE TABLE held_links AS SELECT l.* FROM links l JOIN joined j ON j.root = l.customer "
        "JOIN stopped s USING (cluster) WHERE s.reason = 'contradiction'"
    ).fetchall()
    con.execute(
        "CREATE TABLE cluster_rules AS SELECT cluster, "
        "string_agg(DISTINCT rule, ', ' ORDER BY rule) AS rules FROM links "
        "JOIN joined ON root = customer GROUP BY cluster"
    ).fetchall()
    con.execute(
        "INSERT INTO held SELECT s.reason, c.rules, NULL, count(*), count(DISTINCT j.root), "
        "min(j.root) FROM stopped s JOIN cluster_rules c USING (cluster) "
        "JOIN joined j USING (cluster) JOIN records r ON r.root = j.root GROUP BY ALL"
    ).fetchall()
    con.execute(_moves()).fetchall()


def _rejected() -> str:
    """Clusters that would join two records which somebody said are two customers."""
    return (
        "SELECT DISTINCT a.cluster, 'rejected' FROM match_pairs p "
        "JOIN records r ON r.customer_key = p.customer_key "
        "JOIN records o ON o.customer_key = p.other_key "
        "JOIN joined a ON a.root = r.root JOIN joined b ON b.root = o.root "
        "WHERE p.decision = 'rejected' AND a.cluster = b.cluster"
    )


def _contradicting() -> str:
    """Clusters of which two customers have birth dates, and none in common."""
    born = (
        "born AS (SELECT DISTINCT j.cluster, j.root, p.birth_date FROM joined j "
        "JOIN records r USING (root) JOIN people p ON p.customer_key = r.customer_key "
        "WHERE p.birth_date IS NOT NULL AND j.cluster NOT IN (SELECT cluster FROM stopped))"
    )
    return (
        f"WITH {born} SELECT DISTINCT a.cluster, 'contradiction' FROM born a JOIN born b "
        "ON a.cluster = b.cluster AND a.root < b.root WHERE NOT EXISTS (SELECT 1 FROM born x "
        "JOIN born y ON x.birth_date = y.birth_date WHERE x.root = a.root AND y.root = b.root)"
    )


def _moves() -> str:
    """The records whose customer changes; each with the rules that speak for its old customer."""
    ends = "SELECT customer AS root, rule FROM links UNION SELECT other AS root, rule FROM links"
    return (
        "CREATE TABLE moves AS SELECT r.customer_key, j.root AS merged_from, "
        "j.survivor AS merged_into, e.rule FROM joined j JOIN records r ON r.root = j.root "
        "JOIN (SELECT root, string_agg(rule, ', ' ORDER BY rule) AS rule "
        f"FROM ({ends}) GROUP BY root) e ON e.root = j.root "
        "WHERE j.survivor <> j.root AND j.cluster NOT IN (SELECT cluster FROM stopped)"
    )


def links_by_rule(con: DuckDBPyConnection) -> dict[str, int]:
    """How many pairs of customers each rule joins, those held back left out."""
    rows = con.execute(
        "SELECT rule, count(*) FROM links l JOIN joined j ON j.root = l.customer "
        "WHERE j.cluster NOT IN (SELECT cluster FROM stopped) GROUP BY rule ORDER BY rule"
    ).fetchall()
    return dict(rows)


def biggest(con: DuckDBPyConnection) -> tuple[int, tuple[Cluster, ...]]:
    """How many clusters are merged, and the largest of them."""
    count = con.execute("SELECT count(DISTINCT merged_into) FROM moves").fetchall()[0][0]
    rows = con.execute(
        "SELECT s.source || ':' || s.external_id, "
        "list(r.source || ':' || r.external_id ORDER BY r.customer_key), count(*), c.rules "
        "FROM joined j JOIN records r ON r.root = j.root "
        "JOIN records s ON s.customer_key = j.survivor JOIN cluster_rules c USING (cluster) "
        "WHERE j.cluster NOT IN (SELECT cluster FROM stopped) "
        f"GROUP BY 1, j.survivor, c.rules ORDER BY count(*) DESC, j.survivor LIMIT {SHOWN}"
    ).fetchall()
    return int(count), tuple(
        Cluster(survivor=a, records=tuple(ids[:20]), size=n, rules=tuple(rules.split(", ")))
        for a, ids, n, rules in rows
    )


def held_back(con: DuckDBPyConnection) -> tuple[tuple[Held, ...], dict[str, int]]:
    """What is not merged, largest first, and how many there are of each reason."""
    rows = con.execute(
        "SELECT h.reason, h.rule, h.value, h.records, h.customers, r.source || ':' || "
        "r.external_id FROM held h JOIN records r ON r.customer_key = h.oldest "
        f"ORDER BY h.records DESC, h.reason, h.rule, h.oldest, h.value LIMIT {LISTED}"
    ).fetchall()
    names = ("reason", "rule", "value", "records", "customers", "example")
    counts = con.execute("SELECT reason, count(*) FROM held GROUP BY 1 ORDER BY 1").fetchall()
    return tuple(Held(**dict(zip(names, row, strict=True))) for row in rows), dict(counts)


def contradicting_pairs() -> str:
    """Make ``doubtful`` of the links held back for their birth dates, for a person to decide."""
    return (
        "CREATE TABLE doubtful AS SELECT l.customer AS customer_key, l.other AS other_key, "
        "string_agg(l.rule, ', ' ORDER BY l.rule) AS rule, NULL::DOUBLE AS probability "
        "FROM held_links l WHERE (l.customer, l.other) NOT IN "
        "(SELECT (customer_key, other_key) FROM match_pairs WHERE decision <> 'open') "
        "GROUP BY l.customer, l.other"
    )


def drop_joined(con: DuckDBPyConnection) -> None:
    """Take from ``doubtful`` the pairs that became one through others."""
    con.execute(
        "DELETE FROM doubtful WHERE (customer_key, other_key) IN (SELECT (d.customer_key, "
        "d.other_key) FROM doubtful d JOIN records a ON a.customer_key = d.customer_key "
        "JOIN records b ON b.customer_key = d.other_key "
        "LEFT JOIN moves x ON x.customer_key = d.customer_key "
        "LEFT JOIN moves y ON y.customer_key = d.other_key "
        "WHERE coalesce(x.merged_into, a.root) = coalesce(y.merged_into, b.root))"
    ).fetchall()
