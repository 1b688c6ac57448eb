"""Panels as somebody sees them, and what opens from them."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from typing import Any

from server.people import Client

HTMX = {"HTTP_HX_REQUEST": "true"}
SECONDS = 120


def panel(client: Client, name: str, query: str = "", **more: Any) -> str:
    """The panel when it is there."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        page: str = client.get(f"/overview/{name}/{query}", **HTMX, **more).content.decode()
        if "skeleton" not in page:
            return page
        assert "X-Poll" in page, "a page that asks again keeps no idle session alive"
        time.sleep(0.2)
    raise AssertionError(f"{name} takes too long")


class _Links(HTMLParser):
    """The links of a page: address, and the number that it stands on, exactly."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.at: str | None = None
        self.said = self.exact = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.at, self.said, self.exact = given.get("href"), "", ""
        elif self.at is not None and given.get("title"):
            self.exact = str(given["title"])

    def handle_data(self, data: str) -> None:
        if self.at is not None:
            self.said += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.at is not None:
            self.found.append((self.at, self.exact or self.said.strip()))
            self.at = None


def links(html: str) -> list[tuple[str, str]]:
    """Address and exact number of each link that opens something of the console."""
    reader = _Links()
    reader.feed(html)
    return [(at, said) for at, said in reader.found if at.startswith(("/analyses/", "/audiences/"))]


def rows_behind(client: Client, address: str) -> int:
    """How many rows the page at this address lists, once it is answered."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        if "count" in response.context:
            return int(response.context["count"])
        time.sleep(0.2)
    raise AssertionError(f"{address} takes too long")
