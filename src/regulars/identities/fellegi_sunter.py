"""The model of matching by probability: how alike each attribute may be, and how it is learnt.

For each attribute, u is the probability that two records of different customers agree on it
(estimated from random pairs) and m that two records of one customer do (estimated by expectation
maximisation over blocked pairs). The match weight of a pair is the sum of log2(m / u) over its
attributes; with the prior it gives the probability that the two are one.

    I. P. Fellegi and A. B. Sunter: A theory for record linkage. JASA 64 (1969) 1183–1210.

Splink does the work, in the DuckDB at hand; what is compared is said in SQL that means the same on
its other backends.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from regulars.errors import MissingExtra

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Random pairs that u is estimated from: more of them for more records, up to a limit.
LEAST_PAIRS, PAIRS_A_RECORD, MOST_PAIRS = 5e5, 100, 1e7
# Each blocking key with the attribute that is equal wherever it is.
BLOCKS = {
    "block_email": "email",
    "block_phone": "phone",
    "block_name": "sorted_name",
    "block_birth": "birth_date",
    "block_address": "address",
}
_SIDES = ("{}_l", "{}_r")


def near(column: str, letters: int, *, shortest: int, sides: tuple[str, str] = _SIDES) -> str:
    """At most so many letters differ, in texts of at least so many.

    In a name of few characters one character more is another name.
    """
    one, other = (side.format(column) for side in sides)
    return (
        f"(least(length({one}), length({other})) >= {shortest} AND "
        f"damerau_levenshtein({one}, {other}) <= {letters})"
    )


def _comparisons(attributes: Sequence[str]) -> list[Any]:
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
            levels.CustomLevel(near("name", 1, shortest=5), "one letter differs"),
            levels.CustomLevel(
                f"{near('name', 2, shortest=9)} OR {near('sorted_name', 2, shortest=9)}",
                "two letters differ",
            ),
            levels.CustomLevel(
                "first_word_l IN (first_word_r, last_word_r) OR "
                "last_word_l IN (first_word_r, last_word_r)",
                "a word in common",
            ),
            frequent=True,
        ),
        "birth_date": graded(
            "birth_date",
            levels.CustomLevel("birth_date_l = birth_swapped_r", "day and month swapped"),
            levels.DamerauLevenshteinLevel("birth_date", 1),
        ),
        "phone": graded("phone", levels.DamerauLevenshteinLevel("phone", 1)),
        "email": graded(
            "email",
            levels.CustomLevel("mailbox_l = mailbox_r", "same before the @"),
            # Addresses are made of names: a wider likeness would count the name twice.
            levels.DamerauLevenshteinLevel("email", 1),
        ),
        "address": graded("address", levels.JaroWinklerLevel("address", 0.92)),
    }
    return [made[name] for name in attributes]


def check_installed() -> None:
    """Raise `MissingExtra` where Splink is not installed."""
    try:
        import splink  # noqa: F401
    except ImportError:
        raise MissingExtra(
            "Matching by probability is done by Splink: install regulars[identity]."
        ) from None


def score(
    con: DuckDBPyConnection,
    *,
    attributes: Sequence[str],
    blocks: Sequence[str],
    teaching: Sequence[str],
    records: int,
    seed: int,
    least: float,
) -> None:
    """Learn the model from table ``people_to_match`` and score the pairs that share a block.

    Makes table ``predicted`` (customer_key_l, customer_key_r, match_probability).

    Parameters
    ----------
    attributes : what is compared; ``blocks`` the blocking keys that records share.
    teaching : those of them that enough pairs share to learn m from.
    records : how many there are; ``seed`` of the random pairs; ``least`` the lowest probability.
    """
    import splink

    settings = splink.SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="customer_key",
        comparisons=_comparisons(attributes),
        blocking_rules_to_generate_predictions=[splink.block_on(block) for block in blocks],
        retain_matching_columns=False,
        max_iterations=50,
        em_convergence=0.0005,
    )
    with _one_thread(con), _quiet():
        people = splink.DuckDBAPI(con).register("people_to_match")
        linker = splink.Linker(people, settings, log_level=logging.ERROR)
        _train(linker, blocks=blocks, teaching=teaching, records=records, seed=seed)
        scores = linker.inference.predict(threshold_match_probability=least, warning_mode="never")
        con.execute(
            "CREATE TABLE predicted AS SELECT customer_key_l, customer_key_r, match_probability "
            f"FROM {scores.physical_name}"
        ).fetchall()


def _train(
    linker: Any, *, blocks: Sequence[str], teaching: Sequence[str], records: int, seed: int
) -> None:
    """Estimate the prior, then u from random pairs, then m from the pairs of each block."""
    import splink

    training = linker.training
    sure = [splink.block_on(b) for b in blocks if b in ("block_email", "block_phone")]
    both = [splink.block_on("sorted_name", "birth_date")]
    training.estimate_probability_two_random_records_match([*sure, *both], recall=0.8)
    pairs = min(MOST_PAIRS, max(LEAST_PAIRS, PAIRS_A_RECORD * records))
    training.estimate_u_using_random_sampling(max_pairs=pairs, seed=seed, num_chunks=1)
    for block in teaching:
        # Naming the attribute tells Splink that it is equal in all these pairs and teaches nothing.
        training.estimate_parameters_using_expectation_maximisation(
            splink.block_on(block, BLOCKS[block])
        )


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
