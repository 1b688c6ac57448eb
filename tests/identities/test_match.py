"""Records that share a key become one customer; those that only seem to do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from identities.conftest import Shops
from regulars.errors import ParameterError


def people(shops: Shops, rows: str, source: str = "shop") -> None:
    shops.take("customers", "customer_id,name,phone,email,birth_date\n" + rows, source)


def figures(shops: Shops) -> tuple[int, int, int]:
    """Customers, orders and money, as an analysis counts them."""
    table = shops.ws.show("summary", as_of="2025-07-01").to_pandas()
    return len(table), int(table["orders"].sum()), int(table["spend_minor"].sum())


def test_call_portal_and_store_are_one_customer_after_the_join(three_channels: Shops) -> None:
    """003-14: unmanaged, three unlinked records; the join makes one, and no total changes."""
    assert figures(three_channels) == (3, 3, 6000)
    dry = three_channels.ws.identities.match()
    assert not dry.applied
    assert (dry.customers_before, dry.customers_after) == (3, 1)
    assert dict(dry.by_rule) == {"email": 1, "phone": 1}
    assert dry.biggest[0].records == ("call:17", "portal:u9", "store:M3")
    assert figures(three_channels) == (3, 3, 6000)
    done = three_channels.ws.identities.match(apply=True)
    assert (done.applied, done.customers_after) == (True, 1)
    assert three_channels.owners == {"portal:u9": "call:17", "store:M3": "call:17"}
    assert figures(three_channels) == (1, 3, 6000)


def test_merging_changes_no_fact_row(three_channels: Shops) -> None:
    def facts() -> list[object]:
        return [three_channels.rows(name) for name in ("orders", "customers", "people")]

    before = facts()
    three_channels.ws.identities.match(apply=True)
    assert facts() == before
    assert three_channels.ws.lake.current().operation == "match"  # type: ignore[union-attr]


def test_only_the_rules_that_are_named_are_used(three_channels: Shops) -> None:
    report = three_channels.ws.identities.match("phone")
    assert (dict(report.by_rule), report.customers_after) == ({"phone": 1}, 2)
    with pytest.raises(ParameterError, match="shoe"):
        three_channels.ws.identities.match("phone,shoe")
    with pytest.raises(ParameterError, match="Nothing"):
        three_channels.ws.identities.match("")


def test_a_second_run_changes_nothing(three_channels: Shops) -> None:
    three_channels.ws.identities.match(apply=True)
    version = three_channels.ws.lake.current()
    again = three_channels.ws.identities.match(apply=True)
    assert (again.merged, again.facts_version) == (0, None)
    assert three_channels.ws.lake.current() == version


def test_missing_and_invalid_values_never_match(shops: Shops) -> None:
    people(shops, "A,,,,\nB,,,,\nC,,n/a,n/a,\nD,,n/a,n/a,\nE,,12,a@b,\nF,,12,a@b,\n")
    report = shops.ws.identities.match()
    assert report.merged == 0
    assert dict(report.unusable) == {"email": 2, "phone": 2, "card": 0}
    assert report.held == ()


def test_dummy_numbers_and_shared_addresses_are_listed_not_merged(shops: Shops) -> None:
    people(
        shops,
        "A,,13800138000,info@firma.cn,\nB,,13800138000,info@firma.cn,\n"
        "C,,010-65551239,,\nD,,010-6555 1239,,\n",
    )
    report = shops.ws.identities.match()
    assert report.merged == 0
    assert {(h.reason, h.value, h.records) for h in report.held} == {
        ("dummy", "+8613800138000", 2),
        ("role", "info@firma.cn", 2),
        ("fixed_line", "+861065551239", 2),
    }
    assert shops.ws.identities.match(fixed_lines=True).merged == 1


def test_a_key_of_too_many_customers_is_no_key(shops: Shops) -> None:
    people(shops, "".join(f"C{n},,13622334455,,\n" for n in range(11)))
    report = shops.ws.identities.match()
    assert report.merged == 0
    assert [(h.reason, h.customers) for h in report.held] == [("shared", 11)]
    assert shops.ws.identities.match(largest=11).merged == 10


def test_a_long_chain_is_held_back_whole(shops: Shops) -> None:
    rows = [f"C{n},,,mail{n // 2}@shop.cn,\n" for n in range(12)]
    people(shops, "".join(rows))
    people(shops, "".join(f"C{n},,1362233{4400 + (n + 1) // 2},mail{n // 2}@shop.cn,\n"
                          for n in range(12)))  # fmt: skip
    report = shops.ws.identities.match()
    assert report.merged == 0
    assert [(h.reason, h.records, h.customers) for h in report.held] == [("large", 12, 12)]
    assert shops.ws.identities.match(largest=12).customers_after == 1


def test_differing_birth_dates_go_to_review(shops: Shops) -> None:
    people(
        shops,
        "A,Ann,13622334455,,1980-01-01\nB,Ben,13622334455,,1999-09-09\n"
        "C,Cy,13622334466,,1970-01-01\nD,Cyril,13622334466,,\n",
    )
    dry = shops.ws.identities.match()
    assert (dry.merged, dry.review, dict(dry.held_by_reason)) == (1, 1, {"contradiction": 1})
    assert shops.ws.identities.review() == ()
    shops.ws.identities.match(apply=True)
    (pair,) = shops.ws.identities.review()
    assert (pair.left["id"], pair.right["id"], pair.rule) == ("shop:A", "shop:B", "phone")
    assert pair.agreement == {
        "name": "differs", "phone": "same", "email": "unknown", "address": "unknown",
        "birth_date": "differs",
    }  # fmt: skip
    assert shops.owners == {"shop:D": "shop:C"}


def test_ids_match_across_sources_that_are_declared_the_same(shops: Shops) -> None:
    for source in ("shop", "app", "till"):
        shops.take("customers", "customer_id,region\n7,N\n8,S\n", source)
    assert shops.ws.identities.match().merged == 0
    settings = shops.ws.settings.root / "regulars.toml"
    with settings.open("a") as file:
        file.write('\n[identities]\nsame_ids = [["shop", "app"]]\n')
    shops.open()
    shops.ws.identities.match(apply=True)
    assert shops.owners == {"app:7": "shop:7", "app:8": "shop:8"}
    settings.write_text(settings.read_text().replace('[["shop", "app"]]', '["shop"]'))
    shops.open()
    with pytest.raises(ParameterError, match="same_ids"):
        shops.ws.identities.match()


def test_cards_match_within_one_programme(shops: Shops) -> None:
    head = "programme,customer_id,card\n"
    shops.take("memberships", head + "club,1,6222-0417\nair,2,6222 0417\n", "till")
    shops.take("memberships", head + "club,x,62220417\nair,y,none\n", "web")
    shops.ws.identities.match(apply=True)
    assert shops.owners == {"web:x": "till:1"}


def test_the_region_is_asked_for_only_when_numbers_need_it(
    shops_in: Callable[..., Shops],
) -> None:
    shops = shops_in(zone="UTC", currency="EUR")
    people(shops, "A,,,ann@shop.de,\nB,,,Ann@shop.de,\n")
    assert shops.ws.identities.match().merged == 1
    people(shops, "C,,0171 1234509,,\nD,,+49 171 1234509,,\n")
    with pytest.raises(ParameterError, match="--region"):
        shops.ws.identities.match()
    assert shops.ws.identities.match(region="de").merged == 2


def test_a_customer_said_to_be_the_same_by_import_keeps_its_survivor(shops: Shops) -> None:
    people(shops, "A,,,ann@shop.cn,\nB,,,,\nC,,,ann@shop.cn,\n")
    shops.take("identities", "external_id,same_as\nA,B\n")
    assert shops.owners == {"shop:A": "shop:B"}
    shops.ws.identities.match(apply=True)
    assert shops.owners == {"shop:A": "shop:B", "shop:C": "shop:B"}


def test_customers_imported_later_join_the_surviving_customer(three_channels: Shops) -> None:
    three_channels.ws.identities.match(apply=True)
    people(three_channels, "x1,,,WANG.wei@shop.cn,\n", "app")
    three_channels.ws.identities.match(apply=True)
    assert three_channels.owners["app:x1"] == "call:17"
    assert three_channels.ws.customer_key("app:x1") == three_channels.ws.customer_key("17")


def test_an_empty_workspace_has_nobody_to_match(shops: Shops) -> None:
    report = shops.ws.identities.match(apply=True)
    assert (report.records, report.merged, report.facts_version) == (0, 0, None)
    assert shops.ws.identities.review() == ()
