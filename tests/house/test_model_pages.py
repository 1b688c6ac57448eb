"""Pages on the models: examples give what the page prints, both languages say the same."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

import regulars as rg
from regulars.datasets import dataset

DOCS = Path(__file__).resolve().parents[2] / "docs"
ENGLISH, CHINESE = DOCS / "models", DOCS / "zh" / "models"
PAGES = sorted(path.name for path in ENGLISH.glob("*.md"))
EXAMPLE = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", flags=re.DOTALL)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the facts that ``regulars demo --data cdnow --path demo-cdnow`` imports."""
    folder = tmp_path_factory.mktemp("shop")
    data = dataset("cdnow")
    workspace = rg.init(folder / "demo-cdnow", zone=data.zone, currency=data.currency)
    for table, path in data.write(folder).items():
        workspace.import_facts(table, path)
    return folder


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_print_what_the_page_says(
    page: str, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    text = (ENGLISH / page).read_text(encoding="utf-8")
    examples = EXAMPLE.findall(text)
    assert len(examples) == text.count("```python\n"), "a block of Python without its output"
    names: dict[str, object] = {}
    for code, printed in examples:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(code, page, "exec"), names)  # a page reads on, block by block
        assert [line.rstrip() for line in said.getvalue().splitlines()] == printed.splitlines()


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_examples_and_tables_and_link_to_each_other(
    page: str,
) -> None:
    english = (ENGLISH / page).read_text(encoding="utf-8")
    chinese = (CHINESE / page).read_text(encoding="utf-8")
    assert EXAMPLE.findall(english) == EXAMPLE.findall(chinese)
    for mark in ("\n## ", "\n### ", "\n| ", "\n```\n"):
        assert english.count(mark) == chinese.count(mark), f"parts that begin with {mark!r}"
    assert f"](../zh/models/{page})" in english
    assert f"](../../models/{page})" in chinese
    assert chinese.startswith("---\nlang: zh-CN\n---\n")


def test_every_model_has_its_page() -> None:
    from regulars.models import MODELS

    assert {f"{name.replace('_', '-')}.md" for name in MODELS} | {"index.md"} == set(PAGES)
    assert sorted(path.name for path in CHINESE.glob("*.md")) == PAGES


def test_chinese_is_typed_with_its_own_punctuation_and_without_blanks() -> None:
    for path in CHINESE.glob("*.md"):
        text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        wrong = re.findall(r"[\u4e00-\u9fff] [0-9A-Za-z]|[0-9A-Za-z%] [\u4e00-\u9fff]", text)
        wrong += re.findall(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]", text)
        assert not wrong, f"{path.name}: {wrong}"
        # A newline within a paragraph would be shown as a blank.
        assert not re.search(r"[\u4e00-\u9fff，。；：]\n[\u4e00-\u9fff]", text), path.name
