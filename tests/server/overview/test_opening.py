"""Every number of the overview that counts customers opens them, and as many as it says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import translation

from regulars.charts.numbers import Figure
from regulars.report.headline import headline, key_figures
from regulars.report.parts import Opening, Sentence, Stack
from regulars_server.analyses.asking import Working
from regulars_server.overview import showing
from regulars_server.overview.answering import answers_of, gather
from regulars_server.overview.opening import ANALYSES, Doors
from regulars_server.overview.panels import BY_NAME, HEADLINE, PANELS, Panel
from regulars_server.overview.periods import Chosen
from server.overview.asking import links, panel, rows_behind
from server.people import Client

pytestmark = pytest.mark.django_db
STORES = ("sqlite",)
# What is counted there is no customer that somebody could be: days, periods, sums of chances.
NO_PEOPLE_IN_COLUMNS = {
    "Purchase days", "If steady", "Period", "Expected active", "Purchase days expected",
}  # fmt: skip
NO_PEOPLE_IN_SENTENCES = {
    "frequency", "window", "steady", "more", "alive", "orders", "range", "gini", "p", "days",
    "period", "years", "last",
}  # fmt: skip
WHOLE = re.compile(r"~?[0-9][0-9,.]*[kM]?")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Whatever language the test before was in."""
    with translation.override("en"):
        yield


def findings(one: Panel) -> tuple[Any, Doors]:
    """A panel's answers as the page has them, once they are there."""
    reader = showing.reader(Chosen(), permissions={ANALYSES})
    found = gather(one.asks, Chosen(), user_id=1, wait_seconds=60)
    assert found.seconds is None
    assert not isinstance(found, Working)
    doors = Doors(held=reader.held, snapshot=reader.snapshot, results=found.results)
    return answers_of(reader.ws, found), doors


def said(sentence: Sentence) -> Iterator[tuple[str, Any]]:
    """Each value of a sentence that it says, and what it is called there."""
    for name, value in sentence.values.items():
        if isinstance(value, Sentence):
            yield from said(value)
        elif "{" + name + "}" in sentence.text.en:
            yield name, value


def closed(value: Any) -> bool:
    """Whether this is a whole number that leads nowhere."""
    if isinstance(value, Opening | Stack):
        return False
    return isinstance(value, Figure) and bool(WHOLE.fullmatch(str(value))) and str(value) != "0"


def test_no_number_of_customers_is_without_a_link(home: Path, demo_workspace: Path) -> None:
    missing = []
    for one in PANELS:
        answers, doors = findings(one)
        for block in one.findings(answers):
            for sentence in (block.title, *block.lead):
                missing += [
                    (one.name, name, str(value))
                    for name, value in said(sentence)
                    if closed(value) and name not in NO_PEOPLE_IN_SENTENCES
                ]
            for table in block.tables:
                missing += [
                    (one.name, head.label, str(cell))
                    for row in table.rows
                    for head, cell in zip(table.heads, row, strict=True)
                    if closed(cell) and not head.unit and head.label not in NO_PEOPLE_IN_COLUMNS
                ]
            opened = doors.block(block)
            assert "Opening(" not in repr([opened.title, *opened.lead, *opened.tables]), one.name
    assert missing == []


def test_every_figure_of_the_headline_opens_customers(home: Path, demo_workspace: Path) -> None:
    answers, doors = findings(BY_NAME[HEADLINE])
    for figure in key_figures(answers):
        assert doors.url(figure.target), figure.label
    told = headline(answers)
    for sentence in (told.title, *told.sentences):
        assert [
            name for name, value in said(sentence) if name == "customers" and closed(value)
        ] == []


def test_a_number_opens_as_many_customers_as_it_says(
    home: Path, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    counted = 0
    for one in PANELS:
        for address, number in _few(links(panel(client, one.name))):
            if not re.fullmatch(r"[0-9][0-9,]*", number):
                continue  # a share, or words
            assert rows_behind(client, address) == int(number.replace(",", "")), (one.name, address)
            counted += 1
    assert counted > 60


def _few(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The links of the first and of the last questions of each analysis: one asks for many months
    and periods, and each is a question of its own."""
    asked: dict[str, dict[Any, list[tuple[str, str]]]] = defaultdict(dict)
    for address, number in dict(found).items():
        parts = urlsplit(address)
        question = tuple(p for p in parse_qsl(parts.query) if not p[0].startswith("is."))
        asked[parts.path].setdefault(question, []).append((address, number))
    few = []
    for questions in asked.values():
        every = list(questions.values())
        few += [one for some in {id(q): q for q in (every[0], every[-1])}.values() for one in some]
    return few


def test_a_panel_lists_as_many_as_it_is_about(
    home: Path, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    for one in PANELS:
        part = panel(client, one.name)
        about = re.search(r'title="([0-9,]+)"[^>]*>[^<]*</span> customers<', part) or re.search(
            r'<span class="n">([0-9,]+)</span> customers<', part
        )
        listed = [at for at, text in links(part) if text == "List them"]
        if one.room is None:
            continue
        assert about, one.name
        assert listed, one.name
        assert rows_behind(client, listed[0]) == int(about[1].replace(",", "")), one.name


@pytest.mark.parametrize("name", [one.name for one in PANELS if one.room is not None])
def test_marks_of_a_picture_open_what_the_table_opens(
    name: str, home: Path, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    part = panel(as_role("analyst"), name)
    marks = {at.replace("&amp;", "&") for at in re.findall(r'data-opens="([^"]*)"', part)}
    assert marks, "the drawing that comes with the page leads somewhere"
    assert marks <= {address for address, _ in links(part)} | (
        marks if name == "months" else set()
    ), "and nowhere that the table does not lead to: who has no pointer has the table"
    assert '"href"' in part, "nor does the browser's own drawing of it"
    assert "<a " not in "".join(re.findall(r"<svg.*?</svg>", part, flags=re.S))


def test_who_may_open_nothing_has_marks_that_lead_nowhere(
    home: Path, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    part = panel(as_role("service_agent"), "stages")
    assert "data-opens" not in part
    assert '"href"' not in part
