"""Who is who: matching customers across sources, deciding on pairs, taking a merging back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.errors import MissingExtra, ParameterError
from regulars.facts import Lake
from regulars.identities import joining, review
from regulars.identities.exact import RULES, Keys, find_evidence, find_links, read_rules
from regulars.identities.journal import Journal
from regulars.identities.normalise import check_region
from regulars.identities.parting import find_parting, rejected_pairs
from regulars.identities.people import find_record, known_of, named_roots
from regulars.identities.region import region_of
from regulars.identities.reports import Change, Identity, MatchReport, Merging, ReviewPair
from regulars.identities.tables import open_tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Waiting = Callable[[str], None]


class Identities:
    """The identities of a workspace's customers; `Workspace.identities` gives it.

    Merging changes no fact: it says in ``identities`` which customer a record counts for, and
    every analysis follows that. What was merged can be taken back, and then is as it was before.

    Parameters
    ----------
    lake : the facts.
    clock : gives the instant that dates decisions.
    settings : ``region`` and ``same_ids``, as under ``[identities]`` in regulars.toml.
    """

    def __init__(
        self,
        lake: Lake,
        *,
        clock: Callable[[], dt.datetime],
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self._lake = lake
        self._clock = clock
        self._settings = dict(settings or {})

    # ---- matching ------------------------------------------------------------------------

    def match(
        self,
        by: str | Sequence[str] | None = None,
        *,
        apply: bool = False,
        region: str | None = None,
        plus_tags: bool = True,
        fixed_lines: bool = False,
        largest: int = 10,
        decided_by: str | None = None,
        waiting: Waiting | None = None,
    ) -> MatchReport:
        """Join customers that share an exact key; without ``apply`` only say what would be done.

        Parameters
        ----------
        by : the rules to use, of "id", "email", "phone", "card"; left out, all of them ("id"
            joins nothing until sources are declared the same under ``same_ids``).
        apply : merge, instead of only saying what would be merged.
        region : country of telephone numbers without a country code, e.g. "CN"; left out, the
            setting, else that of the time zone.
        plus_tags : ``anna+news@…`` and ``anna@…`` are two addresses.
        fixed_lines : let fixed lines join customers, not only mobile numbers.
        largest : a key that more customers share, and a customer of more records, is not merged.
        decided_by : who does this, for the journal.

        Raises
        ------
        ParameterError : a rule, region or setting is wrong; MissingExtra : no phonenumbers.
        """
        rules = RULES if by is None else read_rules(by)
        keys = Keys(
            by=rules, region=lambda: self._region(region),
            plus_tags=plus_tags, fixed_lines=fixed_lines, same_ids=self._same_ids(),
            largest=_check_largest(largest),
        )  # fmt: skip

        def find(con: DuckDBPyConnection) -> dict[str, int]:
            unusable = find_evidence(con, keys)
            find_links(con, keys)
            joining.join(con, largest=keys.largest, mind_births=True)
            con.execute(joining.contradicting_pairs()).fetchall()
            return unusable

        return self._matched(find, "p.rule <> 'probable'", apply, decided_by, waiting)

    def match_probable(
        self,
        *,
        threshold: float = 0.95,
        review_from: float = 0.7,
        apply: bool = False,
        region: str | None = None,
        plus_tags: bool = True,
        largest: int = 10,
        seed: int = 1,
        decided_by: str | None = None,
        waiting: Waiting | None = None,
    ) -> MatchReport:
        """Join customers that are probably one, by names, birth dates, addresses and all else.

        Parameters
        ----------
        threshold : pairs from this probability on are merged; 1 merges nobody.
        review_from : pairs from here up to the threshold go on the review list.
        seed : of the random sample that the model is fitted with; the same seed and facts give
            the same pairs.
        apply, region, plus_tags, largest, decided_by, waiting : as in `match`.

        Raises
        ------
        ParameterError : a probability or setting is wrong; MissingExtra : no Splink.
        """
        from regulars.identities.probable import Model, find_probable, link_probable

        model = Model(
            threshold=threshold, review_from=review_from, seed=seed,
            plus_tags=plus_tags,
            region=cache(lambda: self._region(region)),
        )  # fmt: skip
        _check_largest(largest)

        def find(con: DuckDBPyConnection) -> dict[str, int]:
            find_probable(con, model)
            link_probable(con, model)
            joining.join(con, largest=largest, mind_births=False)
            joining.drop_joined(con)
            return {}

        return self._matched(find, "p.rule = 'probable'", apply, decided_by, waiting)

    def _matched(
        self,
        find: Callable[[DuckDBPyConnection], Mapping[str, int]],
        stale: str,
        apply: bool,
        decided_by: str | None,
        waiting: Waiting | None,
    ) -> MatchReport:
        """Run ``find`` on the facts and report; with ``apply`` also write what it found."""
        if not apply:
            with self._reading() as con:
                unusable = find(con)
                return _report(con, unusable, applied=False, version=None)
        with self._writing("matching customers", "match", decided_by, waiting) as journal:
            unusable = find(journal.con)
            if journal.move():
                journal.record()
            journal.decide(
                "SELECT *, 'open' AS decision FROM doubtful",
                instead_of=f"p.decision = 'open' AND {stale}",
            )
            version = journal.publish()
            return _report(journal.con, unusable, applied=True, version=version)

    # ---- one customer --------------------------------------------------------------------

    def show(self, customer: str) -> Identity:
        """The records that a customer is made of, what is known of each, and the journal.

        Raises
        ------
        UnknownName, ParameterError : nobody of this id, or several sources have it.
        """
        with self._reading() as con:
            root = find_record(con, customer).root
            mine = con.execute(f"SELECT customer_key FROM records WHERE root = {root}").fetchall()
            known = known_of(con, [row[0] for row in mine])
            rows = con.execute(
                "SELECT m.merge_id, r.source || ':' || r.external_id, "
                "coalesce(i.source || ':' || i.external_id, '?'), m.rule, m.decided_by, "
                "m.decided_at, m.undone_at FROM all_merges m JOIN records r USING (customer_key) "
                "LEFT JOIN records i ON i.customer_key = m.merged_into "
                f"WHERE r.root = {root} OR m.merged_into = {root} "
                "ORDER BY m.merge_id, m.customer_key"
            ).fetchall()
        names = ("merge_id", "record", "into", "rule", "decided_by", "decided_at", "undone_at")
        return Identity(
            customer=known[root]["id"],
            customer_key=root,
            records=tuple(known.values()),
            mergings=tuple(Merging(**dict(zip(names, row, strict=True))) for row in rows),
        )

    def merge(
        self,
        customer: str,
        other: str,
        *,
        decided_by: str | None = None,
        waiting: Waiting | None = None,
    ) -> Change:
        """Make two customers one by hand; what was rejected between them before no longer counts.

        Raises
        ------
        UnknownName, ParameterError : an id is unknown or ambiguous, or they are one already.
        """
        with self._writing("merging customers", "merge", decided_by, waiting) as journal:
            one, two = find_record(journal.con, customer), find_record(journal.con, other)
            if one.root == two.root:
                raise ParameterError(
                    f"{one.named} and {two.named} are one customer already; nothing was changed."
                )
            pair = tuple(sorted((one.key, two.key)))
            return _merge(journal, (one.root, two.root), (pair[0], pair[1]), rule="hand")

    def unmerge(
        self, customer: str, *, decided_by: str | None = None, waiting: Waiting | None = None
    ) -> Change:
        """Take the last merging of a customer back; matching will not join them again.

        A record that was merged into another leaves, with those that had come together with it.
        Of the record that stands for the customer, the last merging is taken back whole.

        Raises
        ------
        UnknownName, ParameterError : an id is unknown or ambiguous, or was not merged.
        """
        with self._writing("parting customers", "unmerge", decided_by, waiting) as journal:
            record = find_record(journal.con, customer)
            parting = find_parting(
                journal.con, key=record.key, root=record.root, named=record.named
            )
            moved = journal.move()
            if parting.merge_id is not None:
                journal.take_back(parting.merge_id)
            journal.decide(rejected_pairs(journal.con, parting))
            named = named_roots(journal.con, [parting.root, *parting.groups])
            return Change(facts_version=journal.publish(), customers=named, records=moved)

    # ---- review --------------------------------------------------------------------------

    def review(self, *, decision: str | None = "open") -> tuple[ReviewPair, ...]:
        """Pairs to decide on (or decided: "accepted", "rejected"; None for all), with evidence."""
        if decision not in (None, "open", "accepted", "rejected"):
            raise ParameterError(f"{decision!r} is no decision: open, accepted or rejected.")
        with self._reading() as con:
            return review.listed(con, decision=decision, region=self._shown_region())

    def accept(
        self, pair_id: str, *, decided_by: str | None = None, waiting: Waiting | None = None
    ) -> Change:
        """Decide that a pair is one customer, and merge.

        Raises
        ------
        UnknownName, ParameterError : no such pair; or other records of the two customers were
            rejected as a pair.
        """
        with self._writing("deciding on a pair", "review", decided_by, waiting) as journal:
            low, high, decision = review.find_pair(journal.con, pair_id)
            roots = _roots(journal.con, low, high)
            if roots[0] == roots[1]:
                if decision != "accepted":
                    journal.decide(_decision(low, high, "accepted"))
                named = named_roots(journal.con, roots[:1])
                return Change(facts_version=journal.publish(), customers=named, records=0)
            against = review.rejected_between(journal.con, roots, besides=(low, high))
            if against is not None:
                raise ParameterError(
                    f"The pair {against[0]}_{against[1]} of the same two customers was rejected; "
                    "nothing was changed. If they are one all the same, merge them by hand."
                )
            return _merge(journal, roots, (low, high), rule="review")

    def reject(
        self, pair_id: str, *, decided_by: str | None = None, waiting: Waiting | None = None
    ) -> Change:
        """Decide that a pair is two customers; no matching proposes or joins it again.

        Raises
        ------
        UnknownName, ParameterError : no such pair, or they are merged: unmerge them instead.
        """
        with self._writing("deciding on a pair", "review", decided_by, waiting) as journal:
            low, high, decision = review.find_pair(journal.con, pair_id)
            roots = _roots(journal.con, low, high)
            if roots[0] == roots[1]:
                raise ParameterError(
                    f"The records of pair {pair_id} are merged; take that back with unmerge."
                )
            if decision != "rejected":
                journal.decide(_decision(low, high, "rejected"))
            named = named_roots(journal.con, roots)
            return Change(facts_version=journal.publish(), customers=named, records=0)

    def export(self, path: str | Path, *, decision: str | None = "open") -> int:
        """Write the review list as CSV, to decide on elsewhere; returns how many pairs."""
        target = Path(path)
        review.check_folder(target)
        return review.write_csv(self.review(decision=decision), target)

    def decide_from(self, path: str | Path, *, decided_by: str | None = None) -> dict[str, int]:
        """Take the decisions of such a file; pairs left open stay open.

        Returns
        -------
        How many were ``accepted`` and ``rejected``. Decisions are taken one by one, in the order
        of the file; an error names its pair, and those before it stand.
        """
        counts = {"accepted": 0, "rejected": 0}
        for pair_id, said in review.read_csv(Path(path)):
            act = self.accept if said == "accepted" else self.reject
            act(pair_id, decided_by=decided_by)
            counts[said] += 1
        return counts

    # ---- within --------------------------------------------------------------------------

    def _region(self, given: str | None) -> str:
        found = given or self._settings.get("region")
        money = self._lake.money
        return check_region(
            str(found) if found else region_of(zone=self._lake.zone, currency=money.currency)
        )

    def _shown_region(self) -> str:
        """The region for showing pairs; where nothing tells, only full numbers are read."""
        try:
            return self._region(None)
        except (ParameterError, MissingExtra):
            return "ZZ"

    def _same_ids(self) -> tuple[tuple[str, ...], ...]:
        given = self._settings.get("same_ids", [])
        whole = isinstance(given, list) and all(
            isinstance(group, list) and all(isinstance(s, str) for s in group) for group in given
        )
        if not whole:
            raise ParameterError(
                'same_ids under [identities] is a list of lists of sources: [["shop", "app"]].'
            )
        return tuple(tuple(group) for group in given)

    @contextmanager
    def _reading(self) -> Iterator[DuckDBPyConnection]:
        with self._lake.reading() as (con, current):
            open_tables(con, self._lake, current)
            yield con

    @contextmanager
    def _writing(
        self, purpose: str, operation: str, decided_by: str | None, waiting: Waiting | None
    ) -> Iterator[Journal]:
        at = self._clock()
        if at.tzinfo is not None:
            at = at.astimezone(dt.UTC).replace(tzinfo=None)
        with self._lake.writing(purpose, waiting) as (con, current):
            open_tables(con, self._lake, current)
            yield Journal(
                con, self._lake, current, operation=operation, at=at.isoformat(" "),
                decided_by=decided_by,
            )  # fmt: skip


def _check_largest(largest: int) -> int:
    if largest < 2:
        raise ParameterError("largest is at least 2: fewer records can not be merged.")
    return int(largest)


def _roots(con: DuckDBPyConnection, low: int, high: int) -> tuple[int, int]:
    rows = dict(
        con.execute(
            f"SELECT customer_key, root FROM records WHERE customer_key IN ({low}, {high})"
        ).fetchall()
    )
    return rows[low], rows[high]


def _decision(low: int, high: int, decision: str) -> str:
    """A decision on a listed pair; rule and probability stay as they were."""
    return (
        f"SELECT customer_key, other_key, rule, probability, '{decision}' AS decision "
        f"FROM match_pairs WHERE customer_key = {low} AND other_key = {high}"
    )


def _merge(journal: Journal, roots: tuple[int, int], pair: tuple[int, int], *, rule: str) -> Change:
    """Merge two customers because of a pair of their records, and keep the pair as accepted."""
    con, old, young = journal.con, min(roots), max(roots)
    con.execute(
        "CREATE TABLE moves AS SELECT customer_key, root AS merged_from, "
        f"{old}::BIGINT AS merged_into, '{rule}' AS rule FROM records WHERE root = {young}"
    ).fetchall()
    moved = journal.move()
    journal.record()
    listed = f"customer_key = {pair[0]} AND other_key = {pair[1]}"
    journal.decide(
        f"SELECT {pair[0]}::BIGINT AS customer_key, {pair[1]}::BIGINT AS other_key, "
        f"coalesce((SELECT rule FROM match_pairs WHERE {listed}), 'hand') AS rule, "
        f"(SELECT probability FROM match_pairs WHERE {listed}) AS probability, "
        "'accepted' AS decision",
        instead_of=(
            "p.decision IN ('open', 'rejected') AND (SELECT count(*) FROM records r WHERE "
            f"r.customer_key IN (p.customer_key, p.other_key) AND r.root IN {roots}) = 2"
        ),
    )
    named = named_roots(con, [old])
    return Change(facts_version=journal.publish(), customers=named, records=moved)


def _report(
    con: DuckDBPyConnection, unusable: Mapping[str, int], *, applied: bool, version: int | None
) -> MatchReport:
    records, customers, gone, doubtful = con.execute(
        "SELECT (SELECT count(*) FROM records), (SELECT count(DISTINCT root) FROM records), "
        "(SELECT count(DISTINCT merged_from) FROM moves), (SELECT count(*) FROM doubtful)"
    ).fetchall()[0]
    count, largest = joining.biggest(con)
    held, reasons = joining.held_back(con)
    return MatchReport(
        applied=applied,
        facts_version=version,
        records=records,
        customers_before=customers,
        customers_after=customers - gone,
        by_rule=joining.links_by_rule(con),
        unusable=unusable,
        clusters=count,
        biggest=largest,
        held=held,
        held_by_reason=reasons,
        review=doubtful,
    )
