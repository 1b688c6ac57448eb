"""Texts are kept whole or not, the oldest go, and none comes back after all were removed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from regulars_server.console import keeping
from regulars_server.console.keeping import Kept


@pytest.fixture
def texts(tmp_path: Path, settings: Any) -> Kept:
    settings.REGULARS_DATA = tmp_path
    return Kept("texts")


def keep(texts: Kept, name: str, text: str) -> None:
    with texts.making(name) as put:
        put(text)


def test_a_text_is_found_until_it_is_over(texts: Kept) -> None:
    assert texts.find("a") is None
    keep(texts, "a", "销售额")
    assert texts.find("a") == texts.find("a", seconds=60) == "销售额"
    os.utime(texts.folder / "a", (1, 1))
    assert texts.find("a", seconds=60) is None


def test_what_was_made_while_all_was_removed_is_not_kept(texts: Kept) -> None:
    """Somebody is erased while a text is made of answers that still have them."""
    with texts.making("a") as put:
        texts.remove_all()
        put("with their orders")
    assert not [*texts.folder.glob("*")]
    keep(texts, "a", "without")
    assert texts.find("a") == "without"


def test_a_text_that_could_not_be_made_leaves_nothing(texts: Kept) -> None:
    with pytest.raises(RuntimeError), texts.making("a"):
        raise RuntimeError
    assert not [*texts.folder.glob("*")]


def test_the_oldest_go_and_what_was_left_half_made(
    texts: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST", 2)
    for at, name in enumerate("abc", 1):
        keep(texts, name, name)
        os.utime(texts.folder / name, (at, at))
    (texts.folder / ".left").touch()
    os.utime(texts.folder / ".left", (1, 1))
    (texts.folder / ".now").touch()
    keep(texts, "d", "d")
    assert {path.name for path in texts.folder.glob("*")} == {"c", "d", ".now"}
