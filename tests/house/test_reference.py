"""The reference pages say everything that is declared, and are as the declarations are now."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.analyses import catalogue
from regulars.cli import reference
from regulars.cli.app import commands
from regulars.facts import FACTS

FOLDER = Path(__file__).resolve().parents[2] / "docs/reference"


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return reference.pages()


@pytest.mark.parametrize("name", ["analyses.md", "facts.md", "commands.md"])
def test_a_page_is_not_stale(made: dict[str, str], name: str) -> None:
    kept = (FOLDER / name).read_text(encoding="utf-8")
    assert kept == made[name].rstrip() + "\n", "run `make reference`"


def section(page: str, name: str) -> str:
    """The text of one section of a page."""
    return page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def test_every_analysis_parameter_column_and_figure_is_documented(made: dict[str, str]) -> None:
    for analysis in catalogue():
        text = section(made["analyses.md"], analysis.name)
        assert analysis.question.en in text
        assert analysis.question.zh in text
        for parameter in analysis.parameters:
            assert f"`--{parameter.name.replace('_', '-')}`" in text, (analysis.name, parameter)
        for column in (*analysis.columns, *analysis.figures):
            assert f"`{column.name}`" in text, (analysis.name, column.name)


def test_every_declared_meaning_is_said_in_both_languages() -> None:
    texts = [
        (a.name, d.name, d.meaning)
        for a in catalogue()
        for d in (*a.parameters, *a.columns, *a.figures)
    ]
    texts += [(t.name, c.name, c.meaning) for t in FACTS.values() for c in t.stored_columns]
    for owner, name, text in texts:
        assert text.en.strip(), (owner, name)
        assert any("\u4e00" <= c <= "\u9fff" for c in text.zh), (owner, name, text.zh)


def test_every_fact_column_is_documented(made: dict[str, str]) -> None:
    for table in FACTS.values():
        text = section(made["facts.md"], table.name)
        for column in (*table.columns, *table.file_fields):
            assert f"`{column.name}`" in text, (table.name, column.name)


def test_every_command_and_option_is_documented(made: dict[str, str]) -> None:
    import typer

    from regulars.cli.app import build

    root = typer.main.get_command(build())
    assert {point.name for point in commands()} == set(root.commands)
    for name, command in root.commands.items():
        text = section(made["commands.md"], f"regulars {name}")
        assert command.help, name
        within = {} if name == "show" else getattr(command, "commands", {})
        assert all(part.help for part in within.values()), name
        for parameter in (*command.params, *(p for c in within.values() for p in c.params)):
            if parameter.name == "help":
                continue
            assert parameter.help, (name, parameter.name)
            written = parameter.metavar or parameter.name
            if parameter.param_type_name == "option":
                written = parameter.opts[0]
            assert written in text, (name, parameter.name)
