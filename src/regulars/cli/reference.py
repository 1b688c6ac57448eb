"""The reference pages, made from the declarations: ``python -m regulars.cli.reference FOLDER``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.declare import Column, Parameter, Text

if TYPE_CHECKING:
    from regulars.analyses.analysis import Analysis
    from regulars.facts import FactTable

MADE = "<!-- Made by `make docs` from the declarations. Do not edit: edit the declaration. -->\n"


def pages() -> dict[str, str]:
    """Name and text of every reference page."""
    from regulars.analyses import catalogue
    from regulars.facts import FACTS

    return {
        "analyses.md": analyses_page(catalogue()),
        "facts.md": facts_page(FACTS.values()),
        "commands.md": commands_page(),
    }


def escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table in Markdown; nothing when it has no rows."""
    listed = [[escaped(text) for text in row] for row in rows]
    if not listed:
        return
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in listed:
        yield f"| {' | '.join(row)} |"
    yield ""


def both(text: Text) -> str:
    return f"{text.en} · {text.zh}"


def kind(column: Column) -> str:
    return f"{column.type}, {column.unit}" if column.unit else str(column.type)


def default(parameter: Parameter) -> str:
    if parameter.required:
        return "required"
    if parameter.default is None:
        return "worked out"
    return f"`{str(parameter.default).lower() if parameter.kind == 'flag' else parameter.default}`"


def takes(parameter: Parameter) -> str:
    """What may be given for a parameter, with its unit and bounds."""
    said = [", ".join(parameter.choices) if parameter.choices else parameter.kind]
    if parameter.unit:
        said.append(parameter.unit)
    if parameter.minimum is not None:
        said.append(f"at least {parameter.minimum:g}")
    if parameter.maximum is not None:
        said.append(f"at most {parameter.maximum:g}")
    return "; ".join(said)


# Analyses


def analyses_page(analyses: Iterable[Analysis]) -> str:
    listed = list(analyses)
    lines = [
        "# Analyses",
        "",
        MADE,
        "Each analysis has one name. It is the same in Python (`ws.show(name)`), on the command",
        "line (`regulars show NAME`) and in JSON. Money is in minor units of the workspace's",
        "currency (cents, 分), shares are 0 to 1, days are dates.",
        "",
        *grid(
            ("name", "question"),
            ((f"[`{a.name}`](#{a.name})", both(a.question)) for a in listed),
        ),
    ]
    for analysis in listed:
        lines += analysis_section(analysis)
    return "\n".join(lines)


def analysis_section(analysis: Analysis) -> Iterator[str]:
    yield f"## {analysis.name}"
    yield ""
    yield f"**{both(analysis.title)}.** {both(analysis.question)}"
    yield ""
    needs = ", ".join(f"`{name}`" for name in analysis.inputs)
    helps = ", ".join(f"`{name}`" for name in analysis.helps)
    also = f"; uses {helps} if imported" if helps else ""
    yield f"One row: {both(analysis.rows)} Needs {needs}{also}."
    yield ""
    yield from grid(
        ("parameter", "takes", "default", "meaning"),
        (
            (f"`--{p.name.replace('_', '-')}`", takes(p), default(p), both(p.meaning))
            for p in analysis.parameters
        ),
    )
    yield from grid(("column", "type", "meaning"), column_rows(analysis.columns))
    yield from grid(("figure", "type", "meaning"), column_rows(analysis.figures))


def column_rows(columns: Iterable[Column]) -> Iterator[tuple[str, str, str]]:
    for column in columns:
        one_of = f" One of: {', '.join(column.choices)}." if column.choices else ""
        yield f"`{column.name}`", kind(column), both(column.meaning) + one_of


# Facts


def facts_page(tables: Iterable[FactTable]) -> str:
    listed = list(tables)
    lines = [
        "# Facts",
        "",
        MADE,
        "What happened, as tables. The key comes first and is marked. A file names a customer by",
        "`customer_id`; Regulars gives it a `customer_key`. An amount may come in major units,",
        "under its name without `_minor` (`amount` 12.34 becomes `amount_minor` 1234). Every row",
        "also carries the columns of the last section.",
        "",
        *grid(
            ("table", "one row is"),
            ((f"[`{t.name}`](#{t.name})", both(t.meaning)) for t in listed),
        ),
    ]
    for table in listed:
        lines += table_section(table)
    from regulars.facts import ROW_COLUMNS

    lines += ["## Columns of every row", "", *grid(HEADS, fact_rows(ROW_COLUMNS))]
    return "\n".join(lines)


HEADS = ("column", "type", "", "meaning")


def table_section(table: FactTable) -> Iterator[str]:
    yield f"## {table.name}"
    yield ""
    yield f"{both(table.meaning)}."
    yield ""
    yield from grid(HEADS, fact_rows(table.columns))
    extra = [c for c in table.file_fields if c.name not in {own.name for own in table.columns}]
    if extra:
        yield "A file may also carry:"
        yield ""
        yield from grid(HEADS, fact_rows(extra))


def fact_rows(columns: Iterable[Column]) -> Iterator[tuple[str, str, str, str]]:
    for column in columns:
        marks = [
            word
            for word, holds in (
                ("key", column.key),
                ("required", column.required),
                ("personal", column.personal),
            )
            if holds
        ]
        one_of = f" One of: {', '.join(column.choices)}." if column.choices else ""
        yield f"`{column.name}`", kind(column), ", ".join(marks), both(column.meaning) + one_of


# Commands


def commands_page() -> str:
    import typer

    from regulars.cli.app import build

    root: Any = typer.main.get_command(build())
    lines = [
        "# Commands",
        "",
        MADE,
        "`--debug` may stand on any line: an error then shows where in the program it arose.",
        "Answers go to stdout, everything else to stderr. Exit codes: 0 done, 2 a parameter is",
        "wrong, 1 all else.",
        "",
    ]
    for name, command in root.commands.items():
        lines += command_section(name, command)
        if name != "show":
            for part, within in getattr(command, "commands", {}).items():
                lines += command_section(f"{name} {part}", within, level="###")
    return "\n".join(lines)


def command_section(name: str, command: Any, *, level: str = "##") -> Iterator[str]:
    yield f"{level} regulars {name}"
    yield ""
    yield command.help or ""
    yield ""
    given = [p for p in command.params if p.name != "help"]
    arguments = [p for p in given if p.param_type_name == "argument"]
    options = [p for p in given if p.param_type_name == "option"]
    if name == "show":
        yield "Each of the [analyses](analyses.md) takes its own parameters, and:"
        yield ""
        options = shared_options()
    usage = " ".join(p.metavar or p.name.upper() for p in arguments)
    shown = "NAME" if name == "show" else usage
    yield f"    regulars {name} {shown} [OPTIONS]".replace("  [", " [")
    yield ""
    yield from grid(
        ("", "meaning"),
        (
            *((f"`{p.metavar or p.name}`", p.help or "") for p in arguments),
            *((option_text(p), p.help or "") for p in options),
        ),
    )


def shared_options() -> list[Any]:
    """The options that every analysis takes beside its own."""
    from regulars.analyses import find
    from regulars.cli.show import SHARED, command_of

    names = {name for name, _, _ in SHARED}
    return [p for p in command_of(find("groups")).params if p.name in names]


def option_text(option: Any) -> str:
    """An option as it is written on the line, with its default where it has a plain one."""
    metavar = "" if option.is_flag else f" {option.metavar or option.name.upper()}"
    said = f"`{', '.join(option.opts)}{metavar}`"
    value = option.default
    if value is None or value is False or option.is_flag or callable(value):
        return said
    return f"{said} (default `{getattr(value, 'value', value)}`)"


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
