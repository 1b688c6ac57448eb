"""Where a number leads: the customers behind it, for whoever may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from regulars.report.parts import (
    Block,
    Opening,
    Picture,
    Sentence,
    Stack,
    Table,
    Target,
    html_of,
)
from regulars_server.analyses.catalogue import catalogue
from regulars_server.snapshots.queries import is_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regulars import Result
    from regulars.charts import Spec
    from regulars.snapshot import Snapshot

ANALYSES, AUDIENCES = "analyses.read", "audiences.read"
# The analysis whose parameters a list of its customers is asked with.
OF = {
    "bridge_customers": "bridge",
    "group_customers": "groups",
    "migration_customers": "migration",
    "lifecycle_customers": "lifecycle",
    "rfm": "segments",
    "cohort_customers": "cohorts",
    "concentration_customers": "concentration",
    "value": "value_distribution",
    "value_tenths": "value_distribution",
}
HANDED_ON = ("as_of", "window_days", "before", "after", "period")


@dataclass(frozen=True)
class Linked:
    """A value that is a link; as plain text, the value."""

    value: Any
    url: str

    def __str__(self) -> str:
        return str(self.value)

    def __html__(self) -> str:
        return f'<a class="opens" href="{escape(self.url)}">{html_of(self.value)}</a>'


@dataclass(frozen=True, kw_only=True)
class Doors:
    """The ways that are open to somebody from these answers.

    Attributes
    ----------
    held : their permissions among those that open anything.
    snapshot : the newest.
    results : the answers that the numbers are of.
    """

    held: frozenset[str]
    snapshot: Snapshot | None
    results: Mapping[str, Result]

    def url(self, target: Target | None) -> str | None:
        """The address of these customers; None where this somebody has none."""
        if target is None:
            return None
        listed = self._listed(target)
        return listed if listed is not None else self._selected(target)

    def _listed(self, target: Target) -> str | None:
        if ANALYSES not in self.held or target.analysis not in catalogue():
            return None
        if target.condition and not target.where:
            return None  # the list alone would show everybody
        url = _address("analyses:page", target.analysis)
        used = self.used(target.analysis) | dict(target.asked)
        query = {**used, **{f"is.{name}": value for name, value in target.where}}
        return f"{url}?{urlencode(query)}" if url else None

    def used(self, name: str) -> dict[str, str]:
        """Parameters as the number's own analysis used them, so that the list is of its rows."""
        asked = self.results.get(OF.get(name, name)) or next(iter(self.results.values()), None)
        takes = {one["name"] for one in catalogue()[name]["parameters"]}
        used = asked.parameters if asked is not None else {}
        said = {n: str(used[n]) for n in HANDED_ON if n in takes and used.get(n) is not None}
        if "after" in said:
            said.pop("window_days", None)
        return said

    def _selected(self, target: Target) -> str | None:
        if AUDIENCES not in self.held or not target.condition:
            return None
        if not is_of(self.snapshot, self.results.values()):
            return None
        url = _address("audiences:explore")
        return f"{url}?{urlencode({'where': target.condition})}" if url else None

    def block(self, block: Block) -> Block:
        """A finding whose numbers open the customers behind them."""
        return replace(
            block,
            title=self.sentence(block.title),
            lead=[self.sentence(one) for one in block.lead],
            picture=self.picture(block.picture) if block.picture is not None else None,
            tables=[self._table(table) for table in block.tables],
        )

    def sentence(self, said: Sentence) -> Sentence:
        """A sentence whose numbers open the customers behind them."""
        return replace(said, values={name: self._cell(v) for name, v in said.values.items()})

    def picture(self, picture: Picture) -> Picture:
        """A picture whose marks open the customers behind them."""
        urls = {name: url for name, one in picture.opens.items() if (url := self.url(one))}
        if not urls:
            return picture
        return replace(
            picture, wide=_leading(picture.wide, urls), narrow=_leading(picture.narrow, urls)
        )

    def _table(self, table: Table) -> Table:
        return replace(table, rows=[self._row(row) for row in table.rows])

    def _row(self, row: Sequence[Any]) -> list[Any]:
        return [self._cell(cell) for cell in row]

    def _cell(self, cell: Any) -> Any:
        if isinstance(cell, Sentence):
            return self.sentence(cell)
        if isinstance(cell, Stack):
            return replace(cell, upper=self._cell(cell.upper))
        url = self.url(cell.target) if isinstance(cell, Opening) else None
        return Linked(cell.value, url) if url else cell


def _leading(spec: Spec, urls: Mapping[str, str]) -> Spec:
    """The picture, each layer of which leads where its rows say; the others stay as they are."""
    return {**spec, "layer": [_led(one, urls) for one in spec["layer"]]}


def _led(layer: Spec, urls: Mapping[str, str]) -> Spec:
    rows = layer["data"]["values"]
    # One that leads nowhere would be drawn as a link to nothing.
    if not rows or not all(row.get("opens") in urls for row in rows):
        return layer
    led = [{**row, "url": urls[row["opens"]]} for row in rows]
    href = {"field": "url", "type": "nominal"}
    return {**layer, "data": {"values": led}, "encoding": {**layer["encoding"], "href": href}}


def _address(name: str, *arguments: str) -> str | None:
    """The address of that name; None on a server that is without this capability."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return None
