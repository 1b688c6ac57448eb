"""What is written in many ways is one; what says nothing is nothing."""

from __future__ import annotations

import pytest

from regulars.errors import ParameterError
from regulars.identities import normalise
from regulars.identities.clusters import components
from regulars.identities.region import region_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Anna.B@Shop.DE\t", "anna.b@shop.de"),
        ("ＡＮＮＡ＠ｓｈｏｐ．ｄｅ", "anna@shop.de"),
        ("an\u200bna@shop.de", "anna@shop.de"),
        ("mailto:anna@shop.de", "anna@shop.de"),
        ("anna@Bücher.de", "anna@xn--bcher-kva.de"),
        ("anna+news@shop.de", "anna+news@shop.de"),
        ("anna@shop.de.", "anna@shop.de"),
        ("STRASSE@shop.de", "strasse@shop.de"),
        ("anna@shop", None),
        ("anna@@shop.de", None),
        ("anna shop.de", None),
        ("a b@shop.de", None),
        ("@shop.de", None),
        (".anna@shop.de", None),
        ("anna@shop.de, ben@shop.de", None),
        ("anna@" + "x" * 300 + ".de", None),
        ("", None),
        ("   ", None),
        (None, None),
    ],
)
def test_an_address_has_one_form(text: str | None, expected: str | None) -> None:
    assert normalise.email(text) == expected


def test_plus_tags_go_by_option_only() -> None:
    assert normalise.email("anna+news@shop.de", plus_tags=False) == "anna@shop.de"
    assert normalise.email("+news@shop.de", plus_tags=False) is None


@pytest.mark.parametrize(
    ("address", "doubt"),
    [
        ("info@shop.de", "role"), ("noreply@shop.de", "role"), ("kefu@shop.cn", "role"),
        ("none@none.com", "dummy"), ("anna@example.com", "dummy"),
        ("anna@mail.example.org", "dummy"), ("anna@myexample.com", None),
        ("information@shop.de", None), ("anna@shop.de", None),
    ],
)  # fmt: skip
def test_an_address_of_nobody_in_particular_is_told(address: str, doubt: str | None) -> None:
    assert normalise.email_doubt(address) == doubt


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("136 2233-4455", "CN", ("+8613622334455", None)),
        ("０１３６２２３３４４５５", "CN", ("+8613622334455", None)),
        ("+86 (136) 22334455", "DE", ("+8613622334455", None)),
        ("0171 1234509", "DE", ("+491711234509", None)),
        ("0049 171 1234509", "DE", ("+491711234509", None)),
        ("212-456-1890", "US", ("+12124561890", None)),
        ("010-6555 1239", "CN", ("+861065551239", "fixed_line")),
        ("13800138000", "CN", ("+8613800138000", "dummy")),
        ("13888888888", "CN", ("+8613888888888", "dummy")),
        ("13912345678", "CN", ("+8613912345678", "dummy")),
        ("(212) 555-0123", "US", ("+12125550123", "dummy")),
        ("11111111111", "CN", None),
        ("123456", "DE", None),
        ("none", "CN", None),
        ("", "CN", None),
        (None, "CN", None),
    ],
)
def test_a_number_has_one_form(
    text: str | None, region: str, expected: tuple[str, str | None] | None
) -> None:
    assert normalise.phone(text, region=region) == expected


def test_a_card_is_its_letters_and_digits() -> None:
    assert normalise.card("6222 0212-3456.7890") == normalise.card("６２２２021234567890")
    assert normalise.card("vip-00417") == "vip00417"
    assert [normalise.card(text) for text in ("0000000", "0017", "none", "", None)] == [None] * 5


def test_swapped_names_sort_alike() -> None:
    one, other = normalise.name("Álvarez,  José"), normalise.name("JOSE ALVAREZ")
    assert one != other
    assert normalise.sorted_name(one) == normalise.sorted_name(other) == "alvarez jose"
    assert normalise.name("·,-") is None


def test_the_region_comes_from_zone_then_currency() -> None:
    assert region_of(zone="Asia/Shanghai", currency="USD") == "CN"
    assert region_of(zone="UTC", currency="JPY") == "JP"
    with pytest.raises(ParameterError, match="--region"):
        region_of(zone="UTC", currency="EUR")


def test_a_region_is_two_letters_of_a_country() -> None:
    assert normalise.check_region(" de ") == "DE"
    with pytest.raises(ParameterError, match="Germany"):
        normalise.check_region("Germany")


def test_a_chain_is_one_and_its_oldest_stays() -> None:
    keys, survivors, numbers = components([5, 9, 2, 7], [3, 5, 8, 7])
    assert keys.tolist() == [2, 3, 5, 7, 8, 9]
    assert survivors.tolist() == [2, 3, 3, 7, 2, 3]
    assert numbers.tolist() == [0, 1, 1, 2, 0, 1]
    assert [len(part) for part in components([], [])] == [0, 0, 0]
