"""Matching by probability on people of known truth: right, repeatable, and never final."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from identities.conftest import AT, Shops
from regulars.errors import ParameterError
from regulars.testing.people import pairs_of, register

pytest.importorskip("splink")

KNOWN = register(seed=3, persons=700)


def quality(shops: Shops) -> tuple[float, float]:
    """Precision and recall of the pairs that are one customer now."""
    rows = shops.rows("identities", "external_id, coalesce(merged_into, customer_key)")
    owner = dict(rows)
    cluster = np.array([owner[name] for name in KNOWN.records["customer_id"]])
    found, right = pairs_of(KNOWN.person, cluster)
    return right / max(found, 1), right / KNOWN.true_pairs


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Shops:
    """The generated people, matched once; for tests that only look."""
    shops = Shops(tmp_path_factory.mktemp("probable"), zone="Europe/Berlin", currency="EUR")
    shops.ws.import_facts("customers", KNOWN.records, recorded_at=AT)
    shops.report = shops.ws.identities.match_probable(apply=True)  # type: ignore[attr-defined]
    return shops


def test_most_duplicates_are_found_and_most_found_are_right(matched: Shops) -> None:
    """Typing errors, swapped fields, moves, new numbers, relatives: see the guide's figures."""
    precision, recall = quality(matched)
    assert precision > 0.95
    assert recall > 0.85


def test_exact_keys_alone_find_far_fewer(matched: Shops, tmp_path: Path) -> None:
    exact = Shops(tmp_path, zone="Europe/Berlin", currency="EUR")
    exact.ws.import_facts("customers", KNOWN.records, recorded_at=AT)
    exact.ws.identities.match(apply=True)
    assert quality(exact)[1] < quality(matched)[1] - 0.2


def test_doubtful_pairs_are_listed_with_probability_and_evidence(matched: Shops) -> None:
    pairs = matched.ws.identities.review()
    assert len(pairs) == matched.report.review > 0  # type: ignore[attr-defined]
    for pair in pairs:
        assert pair.rule == "probable"
        assert pair.probability is not None
        assert 0.7 <= pair.probability <= 1
        if pair.probability >= 0.95:  # above the threshold only relatives are left to decide on
            assert pair.agreement["name"] == "differs"
            assert pair.agreement["birth_date"] == "unknown"


def test_the_same_facts_and_seed_give_the_same_pairs(matched: Shops, tmp_path: Path) -> None:
    other = Shops(tmp_path, zone="Europe/Berlin", currency="EUR")
    other.ws.import_facts("customers", KNOWN.records, recorded_at=AT)
    other.ws.identities.match_probable(apply=True)
    columns = "customer_key, other_key, probability, decision"
    assert other.rows("match_pairs", columns) == matched.rows("match_pairs", columns)
    assert other.owners == matched.owners


def test_a_rejected_pair_is_not_found_again(matched: Shops, tmp_path: Path) -> None:
    shops = Shops(tmp_path, zone="Europe/Berlin", currency="EUR")
    shops.ws.import_facts("customers", KNOWN.records, recorded_at=AT)
    record, survivor = sorted(matched.owners.items())[0]
    first, second = (name.partition(":")[2] for name in (record, survivor))
    shops.ws.identities.merge(first, second)
    shops.ws.identities.unmerge(first)
    shops.ws.identities.match_probable(apply=True)
    assert shops.ws.customer_key(first) != shops.ws.customer_key(second)
    names = {(p.left["id"], p.right["id"]) for p in shops.ws.identities.review()}
    assert (survivor, record) not in names
    assert (record, survivor) not in names


@pytest.mark.parametrize(
    "people",
    [
        "",
        "A,Ann,,,,\n",
        "A,Ann,,,,\nB,Ann,,,,\n",
        "A,Ann,0171 2345690,a@shop.de,Weg 1,1980-01-01\nB,Ann,0171 2345690,a@shop.de,Weg 1,\n",
    ],
)
def test_too_few_people_to_learn_from_match_nobody(shops: Shops, people: str) -> None:
    if people:
        shops.take("customers", "customer_id,name,phone,email,address,birth_date\n" + people)
    report = shops.ws.identities.match_probable(apply=True, region="DE")
    assert (report.merged, report.review, report.facts_version) == (0, 0, None)


@pytest.mark.parametrize(("threshold", "review_from"), [(1.1, 0.5), (0.6, 0.7), (0.9, 0.0)])
def test_wrong_thresholds_are_refused(shops: Shops, threshold: float, review_from: float) -> None:
    with pytest.raises(ParameterError, match="review_from"):
        shops.ws.identities.match_probable(threshold=threshold, review_from=review_from)
