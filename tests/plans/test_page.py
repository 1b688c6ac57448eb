"""The page: opens offline, shows both languages, nothing from a file becomes markup."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from plans.written import G1, plan
from regulars.plans import EXAMPLES, build_page, example, write_page


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_example_has_its_page(name: str, lang: Any) -> None:
    answer = example(name).answer(lang)
    page = build_page(answer)
    assert f'<html lang="{"zh-Hans" if lang == "zh" else "en"}">' in page
    assert "default-src 'none'" in unescape(page)
    assert page.count("<h1>") == 1
    # Both widths of every picture, and its numbers as a table beneath.
    pictures = page.count('<div class="picture"')
    assert pictures >= 1
    assert page.count("<svg") == 2 * pictures
    assert page.count("<table") >= pictures
    assert ("示例数据" if lang == "zh" else "illustrative inputs") in page
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert not any(re.search(r"\s", one) for one in ids)
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(ids)


def test_the_page_says_how_sure(tmp_path: Path) -> None:
    page = build_page(plan(tmp_path, G1 + "errors: {retention: 0.05}\n").answer("en"))
    assert "band: 95% interval" in page
    assert "Value, low" in page


def test_nothing_from_a_file_becomes_markup(tmp_path: Path) -> None:
    text = (
        G1
        + 'title: "<script>alert(1)</script>"\nabout: "{a}<b>"\n'
        + 'scenarios:\n  "<img src=x onerror=y>": {aov: 1, title: "{value} & <i>"}\n'
    )
    found = plan(tmp_path, text)
    for answer in (found.answer("en"), found.comparison("zh")):
        page = build_page(answer)
        assert "<script" not in page
        assert "<img" not in page
        assert "<i>" not in page
        assert "<b>" not in page


def test_a_page_is_replaced_only_by_a_complete_one(tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    path.write_text("earlier")
    assert write_page(example("magazine").answer("en"), path) == path
    assert path.read_text("utf-8").rstrip().endswith("</html>")
    assert list(tmp_path.iterdir()) == [path]
