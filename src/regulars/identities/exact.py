"""Customers joined by keys that are equal once written alike: id, e-mail, phone, card.

A value joins the customers that share it. Not used are values that are no valid key, that stand
for nobody in particular (a role address, a dummy number, a fixed line), and values that more
customers share than one person plausibly has records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args

from regulars.errors import ParameterError
from regulars.facts.sql import literal
from regulars.identities import normalise
from regulars.identities.tables import normalised

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Rule = Literal["id", "email", "phone", "card"]
RULES: tuple[Rule, ...] = get_args(Rule)


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What exact matching goes by.

    Attributes
    ----------
    by : the rules to use.
    region : gives the country of numbers that do not say theirs; asked when there are any.
    plus_tags : keep ``+tag`` in e-mail addresses; fixed_lines : let fixed lines join too.
    same_ids : groups of sources that give one person the same id.
    largest : more customers than this share no key of one person, and become no one customer.
    """

    by: tuple[Rule, ...] = RULES
    region: Callable[[], str] = str
    plus_tags: bool = True
    fixed_lines: bool = False
    same_ids: tuple[tuple[str, ...], ...] = ()
    largest: int = 10


def read_rules(given: str | Sequence[str]) -> tuple[Rule, ...]:
    """The rules named, in our order.

    Raises
    ------
    ParameterError : an unknown rule, or none.
    """
    words = given.split(",") if isinstance(given, str) else list(given)
    asked = {word.strip().lower() for word in words if word.strip()}
    unknown = sorted(asked - set(RULES))
    if unknown or not asked:
        raise ParameterError(
            f"{', '.join(unknown) or 'Nothing'} is no key to match by; "
            f"choose of {', '.join(RULES)}."
        )
    return tuple(rule for rule in RULES if rule in asked)


def find_evidence(con: DuckDBPyConnection, keys: Keys) -> dict[str, int]:
    """Make table ``evidence`` (rule, value, customer_key, root, doubt); returns unusable texts."""
    con.execute(
        "CREATE TABLE evidence (rule VARCHAR, value VARCHAR, customer_key BIGINT, root BIGINT, "
        "doubt VARCHAR)"
    ).fetchall()
    unusable: dict[str, int] = {}
    for rule in keys.by:
        if rule == "id":
            _ids(con, keys)
        else:
            unusable[rule] = _texts(con, keys, rule)
    return unusable


def _ids(con: DuckDBPyConnection, keys: Keys) -> None:
    for number, sources in enumerate(keys.same_ids):
        listed = ", ".join(literal(source) for source in sources)
        con.execute(
            f"INSERT INTO evidence SELECT 'id', '{number}:' || external_id, customer_key, "
            "coalesce(merged_into, customer_key), NULL FROM identities "
            f"WHERE source IN ({listed})"
        ).fetchall()


def _texts(con: DuckDBPyConnection, keys: Keys, rule: Rule) -> int:
    """Evidence of a column of people, or of the cards; returns how many texts are unusable."""
    table, value = ("memberships", "n.value") if rule == "card" else ("people", "n.value")
    if rule == "card":
        value = "t.programme || ':' || n.value"  # a card number is one programme's own
    said = f"FROM {table} t WHERE t.{rule} IS NOT NULL AND trim(t.{rule}) <> ''"
    normalised(
        con, f"written_{rule}", texts=f"SELECT DISTINCT t.{rule} {said}", form=_form(keys, rule)
    )
    con.execute(
        f"INSERT INTO evidence SELECT {literal(rule)}, {value}, r.customer_key, r.root, n.doubt "
        f"FROM {table} t JOIN written_{rule} n ON n.text = t.{rule} "
        "JOIN records r ON r.customer_key = t.customer_key"
    ).fetchall()
    all_texts, usable = con.execute(
        f"SELECT (SELECT count(*) FROM distinct_texts), (SELECT count(*) FROM written_{rule})"
    ).fetchall()[0]
    return int(all_texts - usable)


def _form(keys: Keys, rule: Rule) -> Any:
    region = cache(keys.region)

    def email(text: str) -> tuple[str, str | None] | None:
        found = normalise.email(text, plus_tags=keys.plus_tags)
        return None if found is None else (found, normalise.email_doubt(found))

    def phone(text: str) -> tuple[str, str | None] | None:
        found = normalise.phone(text, region=region())
        if found is not None and found[1] == "fixed_line" and keys.fixed_lines:
            return found[0], None
        return found

    def card(text: str) -> tuple[str, str | None] | None:
        found = normalise.card(text)
        return None if found is None else (found, None)

    forms = {"email": email, "phone": phone, "card": card}
    return forms[rule]


def find_links(con: DuckDBPyConnection, keys: Keys) -> None:
    """Make ``links`` (rule, customer, other) from the evidence, and ``held`` of what is not used.

    A value shared by n customers gives n − 1 links, from the oldest to each of the others.
    """
    con.execute(
        "CREATE TABLE shared AS SELECT rule, value, min(doubt) AS doubt, "
        "count(DISTINCT root) AS customers, count(DISTINCT customer_key) AS records, "
        "min(root) AS first, min(customer_key) AS oldest "
        "FROM evidence GROUP BY rule, value HAVING count(DISTINCT root) > 1"
    ).fetchall()
    con.execute(
        f"UPDATE shared SET doubt = 'shared' WHERE doubt IS NULL AND customers > {keys.largest}"
    ).fetchall()
    con.execute(
        "CREATE TABLE held AS SELECT doubt AS reason, rule, value, records, customers, oldest "
        "FROM shared WHERE doubt IS NOT NULL"
    ).fetchall()
    con.execute(
        "CREATE TABLE links AS SELECT DISTINCT s.rule, s.first AS customer, e.root AS other "
        "FROM shared s JOIN evidence e USING (rule, value) "
        "WHERE s.doubt IS NULL AND e.root <> s.first"
    ).fetchall()
