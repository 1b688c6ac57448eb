"""`regulars demo`: never over anybody's folder; all of CDNOW, offline."""

from __future__ import annotations

from pathlib import Path

import pytest


def test_the_demo_writes_over_nothing(regulars, shop: Path, tmp_path: Path) -> None:
    own = regulars("demo", "--data", "cdnow", "--path", shop)
    assert own.code == 1
    assert "a workspace of yours" in own.err
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/cat.jpg").touch()
    full = regulars("demo", "--data", "cdnow", "--path", tmp_path / "photos")
    assert full.code == 1
    assert "not empty" in full.err


def test_an_unknown_data_set_suggests_the_nearest(regulars, tmp_path: Path) -> None:
    ran = regulars("demo", "--data", "cdnaw", "--path", tmp_path / "demo")
    assert ran.code == 2
    assert "'cdnow'" in ran.err
    assert not (tmp_path / "demo").exists()


@pytest.mark.slow
def test_cdnow_is_imported_analysed_and_reported_twice(regulars, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    first = regulars("demo", "--data", "cdnow", "--path", folder)
    assert first.code == 0, first.err
    assert "No licence is stated" in first.out
    assert "Revenue fell" in first.out
    assert "69,659 new" in first.err
    for lang in ("en", "zh"):
        page = (folder / f"report-{lang}.html").read_text(encoding="utf-8")
        assert "CDNOW" in page
    again = regulars("demo", "--data", "cdnow", "--path", folder)
    assert again.code == 0, again.err
    assert "nothing changed" in again.err
    other = regulars("demo", "--path", folder)
    assert other.code == 1
    assert "the demo of cdnow" in other.err
