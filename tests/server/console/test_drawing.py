"""Findings of the library in a page: what they say, escaped, and pictures drawn once."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template

from regulars.declare import Text
from regulars.report.parts import Block, Head, Picture, Sentence, Table
from regulars_server.console import drawing

HOSTILE = '<script>alert("1")</script>'


def spec(label: str) -> dict[str, Any]:
    return {
        "data": {"values": [{"a": label, "b": 1}]},
        "mark": "bar",
        "encoding": {
            "x": {"field": "a", "type": "nominal"},
            "y": {"field": "b", "type": "quantitative"},
        },
    }


def said(text: str, **values: Any) -> Sentence:
    return Sentence(Text(text, text), "en", values)


def block(label: str) -> Block:
    return Block(
        name="found",
        title=said("{who} came back", who=label),
        lead=[said("So sure is {who}.", who=label)],
        picture=Picture(name="p", wide=spec(label), narrow=spec(label), words=label),
        tables=[
            Table(caption=label, heads=[Head(label=label), Head(label="n")], rows=[[label, 3]])
        ],
        notes=[label],
    )


def drawn(label: str) -> str:
    page = Template("{% load drawing %}{% finding block %}")
    return str(page.render(Context({"block": block(label)})))


def test_a_finding_has_title_picture_and_its_numbers() -> None:
    page = drawn("Anna")
    assert page.count("<svg") == 2, "wide and narrow"
    assert "Anna came back" in page.replace('<span class="phrase">', "").replace("</span>", "")
    assert "<td" in page
    assert "<details" in page, "the numbers stand beneath the picture"


def test_a_hostile_name_runs_nowhere() -> None:
    page = drawn(HOSTILE)
    assert HOSTILE not in page
    assert "<script>" not in page.replace('<script type="application/json">', "")
    # A specification that could end its own block would begin another.
    assert page.count("</script>") == 2


def test_a_picture_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = drawing.svg(spec("once"), css_class="wide")

    def again(*_: Any, **__: Any) -> str:
        raise AssertionError("drawn again")

    monkeypatch.setattr(drawing, "draw", again)
    assert drawing.svg(spec("once"), css_class="wide") == first


@pytest.mark.django_db(transaction=True)
def test_an_erasure_removes_every_kept_picture() -> None:
    drawing.svg(spec("somebody"), css_class="wide")
    drawing.forget(customer_keys=[1])
    assert not list(drawing.PICTURES.folder.glob("*"))


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_is_drawn_meanwhile_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    real = drawing.draw

    def erased_meanwhile(*args: Any, **kwargs: Any) -> str:
        drawing.forget(customer_keys=[1])
        return real(*args, **kwargs)

    monkeypatch.setattr(drawing, "draw", erased_meanwhile)
    assert "<svg" in drawing.svg(spec("somebody else"), css_class="wide")
    assert not list(drawing.PICTURES.folder.glob("*"))
