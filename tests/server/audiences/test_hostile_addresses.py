"""Addresses that somebody typed or a program made: refused in words, never an error of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from server.people import Client

pytestmark = pytest.mark.django_db
STORES = ("sqlite",)
RULE = "/audiences/explore/?mode=clicks&g.0.joint=all&r.0.0.column=spend_minor&r.0.0.operator=ge"
ADDRESSES = (
    "/audiences/explore/?audience=²",
    "/audiences/explore/?audience=99999999999999999999999999",
    "/audiences/?undo=²",
    "/audiences/export/?audience=²",
    "/audiences/overlap/?first=²&second=x",
    "/audiences/explore/customers/?page=²",
    "/audiences/explore/customers/?page=" + 5000 * "9",
    "/audiences/explore/?mode=clicks&do=remove.²",
    f"{RULE}&r.0.0.value=1e999999999999999999",
    f"{RULE}&r.0.0.value=1e-999999999999999999",
    f"{RULE}&r.0.0.value=sNaN",
    "/audiences/explore/?where=%00",
    "/audiences/new/?where=%00&name=%00",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_means_nothing_is_no_error_of_ours(
    base: Any, as_role: Callable[[str], Client], address: str
) -> None:
    assert as_role("administrator").get(address).status_code < 500


def test_the_next_page_of_customers_is_a_page_of_customers(
    base: Any, as_role: Callable[[str], Client]
) -> None:
    """The list stands on the page of the filter, too, whose own address knows no pages."""
    client = as_role("analyst")
    part = client.get(
        reverse("audiences:customers"), {"where": "purchase_days >= 1"}, HTTP_HX_REQUEST="true"
    ).content.decode()
    assert f'href="{reverse("audiences:customers")}?' in part
    following = client.get(
        reverse("audiences:customers"), {"where": "purchase_days >= 1", "page": "2"}
    ).content.decode()
    assert "51 to 100" in following
