"""The console says the library's errors in its own words; each still is what the library says."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

import regulars
from regulars.errors import FactsError, ParameterError, RegularsError, UnknownName
from regulars.facts import filekind
from regulars_server.errors import problem
from regulars_server.library_words import WORDS, Word, in_words

LIBRARY = Path(regulars.__file__).parent


def said_by_the_library() -> set[str]:
    """Every sentence that some error is raised with, values as ``{}``."""
    found = set()
    for file in LIBRARY.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                found.add(shape(node.exc.args[0]))
    return found


def shape(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(map(shape, node.values))
    if isinstance(node, ast.BinOp):
        return shape(node.left) + shape(node.right)
    name = node.value.id if isinstance(node, ast.FormattedValue) and isinstance(
        node.value, ast.Name
    ) else ""  # fmt: skip
    return filekind._ADVICE if name == "_ADVICE" else "{}"


def test_the_library_still_says_each_of_them() -> None:
    known = said_by_the_library()
    assert len(known) > 100
    asked = {re.sub(r"%\(\w+\)s", "{}", word.source) for word in WORDS}
    assert asked - known == set()


def test_each_is_found_by_itself_and_its_values_stay() -> None:
    for word in WORDS:
        names = re.findall(r"%\((\w+)\)s", word.source)
        values = {name: f"<{name} 100%>" for name in names}
        with translation.override("en"):
            assert in_words(word.source % values) == word.says % values, word


@pytest.mark.parametrize("word", WORDS)
def test_each_is_said_in_chinese(word: Word) -> None:
    with translation.override("zh-hans"):
        said = in_words(word.source % dict.fromkeys(re.findall(r"%\((\w+)\)s", word.source), "x"))
    assert re.search(r"[\u4e00-\u9fff]", said), said


def test_what_is_not_known_stays_as_it_was_said() -> None:
    assert in_words("something else: 7%") == "something else: 7%"
    assert in_words("") == ""


def test_a_user_meets_them_in_their_language(tmp_path: Path) -> None:
    ws = regulars.init(tmp_path / "shop", zone="UTC", currency="EUR")

    def told(do: Any, *given: Any, **more: Any) -> str:
        with pytest.raises(RegularsError) as caught:
            do(*given, **more)
        with translation.override("zh-hans"):
            return str(problem(caught.value).detail)

    file = tmp_path / "o.csv"
    file.write_text("order_id,customer_id,day,amount\n1,a,yesterday,1\n2,a,2026-01-01,x\n")
    said = told(ws.import_facts, "orders", file)
    assert said.startswith("2行中有2行被拒绝，超过上限5%：")
    assert "不是日期" in said
    assert "regulars rejects" not in said
    file.write_text("")
    assert told(ws.import_facts, "orders", file) == "文件o.csv为空。"
    assert told(ws.show, "groups", window_days=0) == "window_days至少为1，不能是0"
    assert "没有名为" in told(ws.show, "nothing of this kind")


def test_kinds_of_errors_keep_their_status() -> None:
    assert [problem(kind("x")).status for kind in (FactsError, ParameterError, UnknownName)] == [
        409, 422, 404,
    ]  # fmt: skip
