"""Records that are probably one customer: described, scored in pairs, and turned into links.

Relatives share a family name, an address and often a number, and the model takes these for three
independent signs. So a pair whose names differ by more than a slip is never merged unless the
birth dates are equal: it goes on the review list, or nowhere when the birth dates differ as well.

Only pairs that share a blocking key are looked at: an e-mail address, a number, a name, a birth
date with an initial, an address with an initial. A key that too many records share blocks nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regulars.errors import ParameterError
from regulars.identities import normalise
from regulars.identities.fellegi_sunter import BLOCKS, check_installed, near, score
from regulars.identities.tables import normalised

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A key of more records than this blocks nothing: the pairs grow with the square.
CROWDED = 100
# An attribute that fewer pairs of records than this have is not learnt from.
FEWEST = 20
# No pair is certain; so a threshold of 1 merges nobody and puts all on the list.
SUREST = 1 - 1e-9


@dataclass(frozen=True, kw_only=True)
class Model:
    """What matching by probability goes by.

    Attributes
    ----------
    threshold : pairs from this probability on are one customer.
    review_from : pairs from here up to the threshold are put on the review list.
    seed : of the random pairs that u is estimated from.
    region, plus_tags : as for exact keys.
    """

    threshold: float = 0.95
    review_from: float = 0.7
    seed: int = 1
    region: Callable[[], str]
    plus_tags: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.review_from <= self.threshold <= 1:
            raise ParameterError(
                "Probabilities are above 0 and at most 1, review_from not above threshold: "
                f"{self.review_from} and {self.threshold} were given."
            )


def find_probable(con: DuckDBPyConnection, model: Model) -> int:
    """Make ``scored`` (customer_key, other_key, probability) of pairs worth a look.

    Returns
    -------
    How many records could be compared: those of which at least two attributes are known.

    Raises
    ------
    MissingExtra : Splink is not installed.
    """
    check_installed()
    _describe(con, model)
    records, attributes = _usable(con)
    pairs = _pairs_by_block(con)
    con.execute(
        "CREATE TABLE scored (customer_key BIGINT, other_key BIGINT, probability DOUBLE)"
    ).fetchall()
    if records < 2 or len(attributes) < 2 or not pairs:
        return records
    score(
        con, attributes=attributes, blocks=list(pairs), records=records,
        teaching=[block for block, count in pairs.items() if count >= FEWEST],
        seed=model.seed, least=model.review_from,
    )  # fmt: skip
    con.execute(
        "INSERT INTO scored SELECT least(customer_key_l, customer_key_r), "
        "greatest(customer_key_l, customer_key_r), "
        f"least(round(match_probability, 9), {SUREST}) FROM predicted"
    ).fetchall()
    return records


def _describe(con: DuckDBPyConnection, model: Model) -> None:
    """Make ``described``: the normalised attributes and blocking keys of every record."""

    def name(text: str) -> tuple[str, str | None] | None:
        found = normalise.name(text)
        return None if found is None else (found, normalise.sorted_name(found))

    def phone(text: str) -> tuple[str, str | None] | None:
        found = normalise.phone(text, region=model.region())
        return None if found is None or found[1] == "dummy" else found

    def email(text: str) -> tuple[str, str | None] | None:
        found = normalise.email(text, plus_tags=model.plus_tags)
        if found is None or normalise.email_doubt(found) is not None:
            return None
        return found, None

    def address(text: str) -> tuple[str, str | None] | None:
        found = normalise.address(text)
        return None if found is None else (found, None)

    forms = {"name": name, "phone": phone, "email": email, "address": address}
    for attribute, form in forms.items():
        normalised(
            con, f"described_{attribute}", form=form,
            texts=f"SELECT DISTINCT {attribute} FROM people WHERE {attribute} IS NOT NULL",
        )  # fmt: skip
    joins = " ".join(f"LEFT JOIN described_{a} {a}s ON {a}s.text = p.{a}" for a in forms)
    con.execute(
        "CREATE TABLE described AS SELECT r.customer_key, r.root, names.value AS name, "
        "names.doubt AS sorted_name, phones.value AS phone, emails.value AS email, "
        "split_part(emails.value, '@', 1) AS mailbox, split_part(names.doubt, ' ', 1) AS "
        "first_word, split_part(names.doubt, ' ', -1) AS last_word, addresss.value AS address, "
        "strftime(p.birth_date, '%Y-%m-%d') AS birth_date, "
        "strftime(p.birth_date, '%Y-%d-%m') AS birth_swapped, left(names.doubt, 1) AS initial "
        f"FROM people p JOIN records r USING (customer_key) {joins} ORDER BY r.customer_key"
    ).fetchall()
    keys = {
        "block_email": "email", "block_phone": "phone", "block_name": "sorted_name",
        "block_birth": "birth_date || initial", "block_address": "address || initial",
    }  # fmt: skip
    uncrowded = ", ".join(
        f"CASE WHEN count(*) OVER (PARTITION BY {key}) <= {CROWDED} THEN {key} END AS {name}"
        for name, key in keys.items()
    )
    con.execute(
        f"CREATE TABLE people_to_match AS SELECT *, {uncrowded} FROM described "
        "ORDER BY customer_key"
    ).fetchall()


def _usable(con: DuckDBPyConnection) -> tuple[int, list[str]]:
    """How many records say something, and the attributes that enough of them have."""
    attributes = ("name", "birth_date", "phone", "email", "address")
    counts = con.execute(
        f"SELECT {', '.join(f'count({a})' for a in attributes)} FROM people_to_match"
    ).fetchall()[0]
    enough = [a for a, count in zip(attributes, counts, strict=True) if count >= FEWEST]
    known = " + ".join(f"({a} IS NOT NULL)::INT" for a in attributes)
    records = con.execute(f"SELECT count(*) FROM people_to_match WHERE {known} >= 2").fetchall()[0][
        0
    ]
    return int(records), enough


def _pairs_by_block(con: DuckDBPyConnection) -> dict[str, int]:
    """How many pairs share each blocking key; keys that no two records share are left out."""
    counted = {
        key: con.execute(
            f"SELECT sum(n * (n - 1) // 2) FROM (SELECT count(*) AS n FROM people_to_match "
            f"WHERE {key} IS NOT NULL GROUP BY {key})"
        ).fetchall()[0][0]
        for key in BLOCKS
    }
    return {key: int(count) for key, count in counted.items() if count}


def link_probable(con: DuckDBPyConnection, model: Model) -> None:
    """Make ``links`` of the pairs above the threshold and ``doubtful`` of those below.

    Pairs that were decided on, or are one customer already, are neither.
    """
    con.execute("CREATE TABLE held (reason VARCHAR, rule VARCHAR, value VARCHAR, records BIGINT, "
                "customers BIGINT, oldest BIGINT)").fetchall()  # fmt: skip
    con.execute(
        f"CREATE TABLE new_pairs AS SELECT s.*, a.root AS one, b.root AS two, {_others()} AS "
        "others FROM scored s JOIN described a USING (customer_key) "
        "JOIN described b ON b.customer_key = s.other_key WHERE a.root <> b.root "
        f"AND NOT ({_others()} AND coalesce(a.birth_date <> b.birth_date, false)) "
        "AND (s.customer_key, s.other_key) NOT IN "
        "(SELECT (customer_key, other_key) FROM match_pairs WHERE decision <> 'open')"
    ).fetchall()
    sure = f"probability >= {model.threshold} AND NOT others"
    con.execute(
        "CREATE TABLE links AS SELECT DISTINCT 'probable' AS rule, least(one, two) AS customer, "
        f"greatest(one, two) AS other FROM new_pairs WHERE {sure}"
    ).fetchall()
    # Of two customers with several alike records the most alike pair is enough to decide on.
    con.execute(
        "CREATE TABLE doubtful AS SELECT customer_key, other_key, 'probable' AS rule, probability "
        "FROM new_pairs n WHERE NOT EXISTS (SELECT 1 FROM links l WHERE l.customer = "
        "least(n.one, n.two) AND l.other = greatest(n.one, n.two)) QUALIFY row_number() OVER "
        "(PARTITION BY least(one, two), greatest(one, two) "
        "ORDER BY probability DESC, customer_key, other_key) = 1"
    ).fetchall()


def _others() -> str:
    """Two records' names differ by more than a slip, and no equal birth date outweighs it."""
    sides = ("a.{}", "b.{}")
    alike = " OR ".join(
        (
            "a.sorted_name = b.sorted_name",
            near("name", 1, shortest=5, sides=sides),
            near("name", 2, shortest=9, sides=sides),
            near("sorted_name", 2, shortest=9, sides=sides),
        )
    )
    return f"(coalesce(NOT ({alike}), false) AND coalesce(a.birth_date <> b.birth_date, true))"
