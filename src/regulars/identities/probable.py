"""Records that are probably one customer: the Fellegi–Sunter model, by Splink on DuckDB.

For each attribute, u is the probability that two records of different customers agree on it
(estimated from random pairs) and m that two records of one customer do (estimated by expectation
maximisation over blocked pairs). The match weight of a pair is the sum of log2(m / u) over its
attributes; with the prior it gives the probability that the two are one.

    I. P. Fellegi and A. B. Sunter: A theory for record linkage. JASA 64 (1969) 1183–1210.

Relatives share a family name, an address and often a number, and the model takes these for three
independent signs. So a pair whose names differ by more than a slip is never merged unless the
birth dates are equal: it goes on the review list, or nowhere when the birth dates differ as well.

Only pairs that share a blocking key are looked at: an e-mail address, a number, a name, a birth
date with an initial, an address with an initial. A key that too many records share blocks nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.errors import MissingExtra, ParameterError
from regulars.identities import normalise
from regulars.identities.tables import normalised

if TYPE_CHECKING:
    from collections.abc import Callable

    from duckdb import DuckDBPyConnection

# A key of more records than this blocks nothing: the pairs grow with the square.
CROWDED = 100
# An attribute that fewer pairs of records than this have is not learnt from.
FEWEST = 20
# Random pairs that u is estimated from: more of them for more records, up to a limit.
LEAST_PAIRS, PAIRS_A_RECORD, MOST_PAIRS = 5e5, 100, 1e7
# No pair is certain; so a threshold of 1 merges nobody and puts all on the list.
SUREST = 1 - 1e-9
SIDES = ("{}_l", "{}_r")
_BLOCKS = ("block_email", "block_phone", "block_name", "block_birth", "block_address")


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
    splink = _splink()
    _describe(con, model)
    records, attributes = _usable(con)
    empty = "SELECT NULL::BIGINT AS customer_key, NULL::BIGINT AS other_key, NULL::DOUBLE AS "
    con.execute(f"CREATE TABLE scored AS {empty} probability WHERE false").fetchall()
    if records < 2 or len(attributes) < 2 or not _blocked(con):
        return records
    with _one_thread(con), _quiet():
        predicted = _predict(splink, con, model, attributes)
        con.execute(
            "INSERT INTO scored SELECT least(customer_key_l, customer_key_r), "
            "greatest(customer_key_l, customer_key_r), "
            f"least(round(match_probability, 9), {SUREST}) FROM {predicted}"
        ).fetchall()
    return records


def _splink() -> Any:
    try:
        import splink
    except ImportError:
        raise MissingExtra(
            "Matching by probability is done by Splink: install regulars[identity]."
        ) from None
    return splink


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
        "addresss.value AS address, p.birth_date, left(names.doubt, 1) AS initial "
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


def _blocked(con: DuckDBPyConnection) -> list[str]:
    """The blocking keys that at least two records share."""
    return [
        key
        for key in _BLOCKS
        if con.execute(
            f"SELECT 1 FROM people_to_match WHERE {key} IS NOT NULL GROUP BY {key} "
            "HAVING count(*) > 1 LIMIT 1"
        ).fetchall()
    ]


def _comparisons(attributes: list[str]) -> list[Any]:
    """How alike each attribute may be, from equal to different."""
    import splink.comparison_level_library as levels
    import splink.comparison_library as library

    def graded(name: str, *between: Any, frequent: bool = False) -> Any:
        exact = levels.ExactMatchLevel(name, term_frequency_adjustments=frequent)
        return library.CustomComparison(
            [levels.NullLevel(name), exact, *between, levels.ElseLevel()], output_column_name=name
        )

    made: Mapping[str, Any] = {
        "name": graded(
            "name",
            levels.CustomLevel("sorted_name_l = sorted_name_r", "same words, other order"),
            levels.CustomLevel(_near("name", 1, shortest=5, sides=SIDES), "one letter differs"),
            levels.CustomLevel(
                f"{_near('name', 2, shortest=9, sides=SIDES)} OR "
                f"{_near('sorted_name', 2, shortest=9, sides=SIDES)}",
                "two letters differ",
            ),
            levels.CustomLevel(
                "list_has_any(string_split(name_l, ' '), string_split(name_r, ' '))",
                "a word in common",
            ),
            frequent=True,
        ),
        "birth_date": graded(
            "birth_date",
            levels.CustomLevel(
                "year(birth_date_l) = year(birth_date_r) AND "
                "month(birth_date_l) = day(birth_date_r) AND "
                "day(birth_date_l) = month(birth_date_r)",
                "day and month swapped",
            ),
            levels.CustomLevel(
                "damerau_levenshtein(CAST(birth_date_l AS VARCHAR), "
                "CAST(birth_date_r AS VARCHAR)) = 1",
                "one digit differs",
            ),
        ),
        "phone": graded("phone", levels.DamerauLevenshteinLevel("phone", 1)),
        "email": graded(
            "email",
            levels.CustomLevel(
                "split_part(email_l, '@', 1) = split_part(email_r, '@', 1)", "same before the @"
            ),
            # Addresses are made of names: a wider likeness would count the name twice.
            levels.DamerauLevenshteinLevel("email", 1),
        ),
        "address": graded("address", levels.JaroWinklerLevel("address", 0.92)),
    }
    return [made[name] for name in attributes]


def _near(column: str, letters: int, *, shortest: int, sides: tuple[str, str]) -> str:
    """At most so many letters differ, in texts of at least so many.

    In a name of few characters one character more is another name.
    """
    one, other = (side.format(column) for side in sides)
    return (
        f"(least(length({one}), length({other})) >= {shortest} AND "
        f"damerau_levenshtein({one}, {other}) <= {letters})"
    )


def _predict(splink: Any, con: DuckDBPyConnection, model: Model, attributes: list[str]) -> str:
    """Train the model and score the blocked pairs; gives the name of the table of scores."""
    blocks = _blocked(con)
    records = con.execute("SELECT count(*) FROM people_to_match").fetchall()[0][0]
    pairs = min(MOST_PAIRS, max(LEAST_PAIRS, PAIRS_A_RECORD * records))
    backend = splink.DuckDBAPI(con)
    settings = splink.SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="customer_key",
        comparisons=_comparisons(attributes),
        blocking_rules_to_generate_predictions=[splink.block_on(block) for block in blocks],
        retain_matching_columns=False,
        max_iterations=50,
        em_convergence=0.0005,
    )
    linker = splink.Linker(backend.register("people_to_match"), settings, log_level=logging.ERROR)
    training = linker.training
    sure = [splink.block_on(b) for b in blocks if b in ("block_email", "block_phone")]
    both = [splink.block_on("sorted_name", "birth_date")]
    training.estimate_probability_two_random_records_match([*sure, *both], recall=0.8)
    training.estimate_u_using_random_sampling(max_pairs=pairs, seed=model.seed, num_chunks=1)
    for block in blocks:
        if _learns_from(con, block):
            training.estimate_parameters_using_expectation_maximisation(
                splink.block_on(block), fix_u_probabilities=True
            )
    scores = linker.inference.predict(
        threshold_match_probability=model.review_from, warning_mode="never"
    )
    return str(scores.physical_name)


def _learns_from(con: DuckDBPyConnection, block: str) -> bool:
    """Whether enough pairs share a blocking key to estimate anything from them."""
    pairs = con.execute(
        f"SELECT sum(n * (n - 1) // 2) FROM (SELECT count(*) AS n FROM people_to_match "
        f"WHERE {block} IS NOT NULL GROUP BY {block})"
    ).fetchall()[0][0]
    return (pairs or 0) >= FEWEST


@contextmanager
def _one_thread(con: DuckDBPyConnection) -> Iterator[None]:
    """With several threads sums and samples depend on who comes first, and so does the model."""
    threads = con.execute("SELECT current_setting('threads')").fetchall()[0][0]
    con.execute("SET threads = 1").fetchall()
    try:
        yield
    finally:
        con.execute(f"SET threads = {threads}").fetchall()


@contextmanager
def _quiet() -> Iterator[None]:
    """Splink reports to its log what belongs to no user of ours."""
    log = logging.getLogger("splink")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


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
            _near("name", 1, shortest=5, sides=sides),
            _near("name", 2, shortest=9, sides=sides),
            _near("sorted_name", 2, shortest=9, sides=sides),
        )
    )
    return f"(coalesce(NOT ({alike}), false) AND coalesce(a.birth_date <> b.birth_date, true))"
