"""Pairs to decide on, merging by hand, and taking a merging back exactly."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from identities.conftest import Shops
from regulars.errors import FactsError, ParameterError, UnknownName


def people(shops: Shops, rows: str) -> None:
    shops.take("customers", "customer_id,name,phone,email,birth_date\n" + rows)


def doubtful(shops: Shops) -> str:
    """Two records with one number and two birth dates, on the review list; the pair's id."""
    people(shops, "A,=Ann,13622334455,,1980-01-01\nB,Ben,136 2233 4455,,1980-01-02\nC,Cy,,,\n")
    shops.ws.identities.match(apply=True)
    (pair,) = shops.ws.identities.review()
    return pair.pair_id


def state(shops: Shops) -> list[object]:
    return shops.rows("identities")


def test_unmerging_restores_exactly_what_was_before(three_channels: Shops) -> None:
    before = state(three_channels)
    three_channels.ws.identities.match(apply=True)
    assert state(three_channels) != before
    change = three_channels.ws.identities.unmerge("17", decided_by="eva")
    assert change.customers == ("call:17", "portal:u9", "store:M3")
    assert state(three_channels) == before
    journal = three_channels.rows("merges", "merged_from, merged_into, status, undone_by")
    assert journal == [(2, 1, "void", "eva"), (3, 1, "void", "eva")]


def test_what_was_parted_is_not_joined_again(three_channels: Shops) -> None:
    three_channels.ws.identities.match(apply=True)
    three_channels.ws.identities.unmerge("M3")
    assert three_channels.owners == {"portal:u9": "call:17"}
    again = three_channels.ws.identities.match(apply=True)
    assert (again.merged, dict(again.held_by_reason)) == (0, {"rejected": 1})
    assert three_channels.ws.identities.review() == ()


def test_a_rejected_pair_is_not_joined_through_a_third(shops: Shops) -> None:
    people(shops, "A,,13622334455,,\nB,,13622334455,,\n")
    shops.ws.identities.match(apply=True)
    shops.ws.identities.unmerge("B")
    people(shops, "A,,13622334455,ann@shop.cn,\nB,,13622334466,ben@shop.cn,\n")
    people(shops, "C,,13622334466,ann@shop.cn,\n")
    report = shops.ws.identities.match(apply=True)
    assert (report.merged, dict(report.held_by_reason)) == (0, {"rejected": 1})


def test_a_group_leaves_as_it_came(shops: Shops) -> None:
    people(shops, "A,,,,\nB,,,,\nC,,,,\nD,,,,\n")
    identities = shops.ws.identities
    identities.merge("B", "C")
    identities.merge("A", "C")
    assert shops.owners == {"shop:B": "shop:A", "shop:C": "shop:A"}
    identities.merge("D", "A")
    identities.unmerge("C")
    assert shops.owners == {"shop:C": "shop:B", "shop:D": "shop:A"}
    identities.unmerge("C")
    assert shops.owners == {"shop:D": "shop:A"}
    identities.unmerge("A")
    assert shops.owners == {}


def test_an_imported_equality_can_be_taken_back(shops: Shops) -> None:
    people(shops, "A,,,,\nB,,,,\nC,,,,\n")
    shops.take("identities", "external_id,same_as\nA,C\nB,C\n")
    shops.ws.identities.unmerge("A")
    assert shops.owners == {"shop:B": "shop:C"}
    shops.ws.identities.unmerge("C")
    assert shops.owners == {}


def test_an_import_after_a_merging_moves_the_rest_only(shops: Shops) -> None:
    """A came to stand for B; an import then says that A is Z. Taking B out leaves A with Z."""
    people(shops, "A,,,,\nB,,,,\nZ,,,,\n")
    shops.ws.identities.merge("A", "B")
    shops.take("identities", "external_id,same_as\nA,Z\n")
    assert shops.owners == {"shop:A": "shop:Z", "shop:B": "shop:Z"}
    shops.ws.identities.unmerge("B")
    assert shops.owners == {"shop:A": "shop:Z"}


def test_accepting_a_pair_merges_it(shops: Shops) -> None:
    pair = doubtful(shops)
    change = shops.ws.identities.accept(pair, decided_by="eva")
    assert (change.customers, change.records) == (("shop:A",), 1)
    assert shops.owners == {"shop:B": "shop:A"}
    (kept,) = shops.ws.identities.review(decision="accepted")
    assert (kept.pair_id, kept.rule) == (pair, "phone")
    assert shops.rows("merges", "rule, decided_by") == [("review", "eva")]
    again = shops.ws.identities.accept(pair)
    assert (again.facts_version, again.records) == (None, 0)
    assert shops.ws.identities.match(apply=True).held_by_reason == {}


def test_a_rejected_pair_never_comes_again(shops: Shops) -> None:
    pair = doubtful(shops)
    shops.ws.identities.reject(pair)
    report = shops.ws.identities.match(apply=True)
    assert (report.merged, report.review) == (0, 0)
    assert shops.ws.identities.review() == ()
    assert shops.ws.identities.reject(pair).facts_version is None
    shops.ws.identities.accept(pair)
    assert shops.owners == {"shop:B": "shop:A"}


def test_a_merged_pair_is_not_rejected_but_unmerged(shops: Shops) -> None:
    pair = doubtful(shops)
    shops.ws.identities.accept(pair)
    with pytest.raises(ParameterError, match="unmerge"):
        shops.ws.identities.reject(pair)
    shops.ws.identities.unmerge("B")
    assert [p.pair_id for p in shops.ws.identities.review(decision="rejected")] == [pair]


def test_accepting_against_another_rejection_is_refused(shops: Shops) -> None:
    pair = doubtful(shops)
    identities = shops.ws.identities
    identities.merge("B", "C")
    identities.merge("A", "C")
    identities.unmerge("A")
    assert shops.owners == {"shop:C": "shop:B"}
    assert [p.pair_id for p in identities.review(decision="rejected")] == [pair, "1_3"]
    with pytest.raises(ParameterError, match="1_3"):
        identities.accept(pair)
    with pytest.raises(UnknownName, match="no pair"):
        identities.accept("1_999")
    identities.merge("A", "B")  # by hand, after all
    assert identities.review(decision="rejected") == ()
    assert shops.owners == {"shop:B": "shop:A", "shop:C": "shop:A"}


def test_the_list_goes_out_and_decisions_come_back(shops: Shops, tmp_path: Path) -> None:
    pair = doubtful(shops)
    people(shops, "D,Dan,13622334466,,1980-01-01\nE,Eve,13622334466,,1990-01-01\n")
    shops.ws.identities.match(apply=True)
    path = tmp_path / "pairs.csv"
    assert shops.ws.identities.export(path) == 2
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["name_left"] == "'=Ann"
    assert [row["decision"] for row in rows] == ["open", "open"]
    path.write_text(f"pair,decision\n{pair},Accept\n{rows[1]['pair']},否\n", encoding="utf-8")
    assert shops.ws.identities.decide_from(path) == {"accepted": 1, "rejected": 1}
    assert shops.ws.identities.review() == ()
    assert shops.owners == {"shop:B": "shop:A"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("pair\n1_2\n", "no columns"),
        ("pair,decision\n1_2,maybe\n", "line 2"),
        ("", "no columns"),
    ],
)
def test_a_wrong_list_of_decisions_changes_nothing(
    shops: Shops, tmp_path: Path, content: str, message: str
) -> None:
    doubtful(shops)
    path = tmp_path / "pairs.csv"
    path.write_text(content)
    with pytest.raises(FactsError, match=message):
        shops.ws.identities.decide_from(path)
    with pytest.raises(FactsError, match="cannot be read"):
        shops.ws.identities.decide_from(tmp_path / "none.csv")
    assert len(shops.ws.identities.review()) == 1


def test_a_customer_is_shown_with_its_records_and_journal(three_channels: Shops) -> None:
    three_channels.ws.identities.match(apply=True, decided_by="eva")
    one = three_channels.ws.identities.show("store:M3")
    assert one.customer == "call:17"
    assert [record["id"] for record in one.records] == ["call:17", "portal:u9", "store:M3"]
    assert [(m.record, m.into, m.rule, m.decided_by) for m in one.mergings] == [
        ("portal:u9", "call:17", "email, phone", "eva"),
        ("store:M3", "call:17", "email", "eva"),
    ]
    three_channels.ws.identities.unmerge("17")
    assert all(m.undone_at for m in three_channels.ws.identities.show("M3").mergings)


def test_what_cannot_be_done_is_said(three_channels: Shops) -> None:
    identities = three_channels.ws.identities
    version = three_channels.ws.lake.current()
    with pytest.raises(UnknownName, match="nobody"):
        identities.merge("17", "nobody")
    with pytest.raises(ParameterError, match="one customer already"):
        identities.merge("17", "call:17")
    with pytest.raises(ParameterError, match="not merged"):
        identities.unmerge("17")
    with pytest.raises(UnknownName):
        identities.show("nobody")
    with pytest.raises(ParameterError, match="no pair"):
        identities.accept("first")
    with pytest.raises(ParameterError, match="open, accepted or rejected"):
        identities.review(decision="maybe")
    with pytest.raises(ParameterError, match="at least 2"):
        identities.match(largest=1)
    assert three_channels.ws.lake.current() == version


def test_an_id_that_two_sources_know_is_asked_back(shops: Shops) -> None:
    for source in ("shop", "app"):
        shops.take("customers", "customer_id,region\n7,N\n8,S\n", source)
    with pytest.raises(ParameterError, match="app:7, shop:7"):
        shops.ws.identities.merge("7", "shop:8")
    shops.ws.identities.merge("app:7", "shop:7")
    assert shops.owners == {"app:7": "shop:7"}


def test_merging_back_and_forth_makes_no_cycle(shops: Shops) -> None:
    people(shops, "A,,,,\nB,,,,\nC,,,,\n")
    identities = shops.ws.identities
    for _ in range(2):
        identities.merge("C", "B")
        identities.merge("B", "A")
        with pytest.raises(ParameterError, match="one customer already"):
            identities.merge("A", "C")
        identities.unmerge("A")
        identities.unmerge("B")
        assert shops.owners == {}
