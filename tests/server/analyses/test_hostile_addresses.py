"""Addresses of analyses that somebody typed or a program made: refused, never an error of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.analyses.conftest import Within
from server.people import Client

pytestmark = pytest.mark.django_db
STORES = ("sqlite",)
ADDRESSES = (
    "/analyses/profile/?smallest_group=1e9999999",
    "/analyses/profile/?smallest_group=1" + 30 * "0",
    "/analyses/groups/?value_threshold_minor=1e9999999",
    "/analyses/groups/?value_threshold_minor=1e30",
    "/analyses/groups/ask/?value_threshold_minor=1e9999999",
    "/analyses/groups/ask/?frequency_threshold=1e-9999999",
    "/analyses/groups/?frequency_threshold=1e300",
    "/analyses/groups/?is.customer_group=%00",
    "/analyses/groups/?is.%00=1",
    "/analyses/groups/?sort=--customers",
    "/analyses/groups/?by=%00",
    "/analyses/groups/?facts=²&page=²",
    "/analyses/groups/?as_of=0001-01-01",
    "/analyses/groups/?as_of=9999-12-31",
    "/analyses/?q=%00",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_means_nothing_is_no_error_of_ours(
    demo_workspace: Any, within: Within, as_role: Callable[[str], Client], address: str
) -> None:
    assert as_role("administrator").get(address).status_code < 500
