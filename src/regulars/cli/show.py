"""`regulars show`: every analysis by its name, its options made from its declaration."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from regulars.cli.options import Lang, LangOption, WorkspaceOption, open_workspace
from regulars.cli.output import Format

if TYPE_CHECKING:
    from regulars.analyses.analysis import Analysis
    from regulars.declare import Parameter

HELP = "Answer a question; without a name, list the questions."

FormatOption = Annotated[
    Format,
    typer.Option(
        "--format", "-f", metavar="table|json|csv|parquet|xlsx", help="Form of the answer."
    ),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.")
]
LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit",
        min=0,
        metavar="N",
        help="At most N rows; 0 for all. Default: 20 in a table of customers, else all.",
    ),
]
CustomerOption = Annotated[
    str | None,
    typer.Option("--customer", metavar="ID", help="One customer only, by the id in the source."),
]
ByOption = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="store|channel|source_code|campaign|year",
        help="Answer once for each of these.",
    ),
]
ColumnsOption = Annotated[
    str | None,
    typer.Option("--columns", metavar="NAME,NAME", help="No columns but these, in this order."),
]
SHARED: tuple[tuple[str, Any, Any], ...] = (
    ("by", ByOption, None),
    ("columns", ColumnsOption, None),
    ("workspace", WorkspaceOption, None),
    ("form", FormatOption, Format.table),
    ("output", OutputOption, None),
    ("limit", LimitOption, None),
    ("lang", LangOption, Lang.en),
)
# Where a row is a customer, one of them can be asked for.
OF_CUSTOMERS: tuple[tuple[str, Any, Any], ...] = (("customer", CustomerOption, None),)


class Analyses(TyperGroup):
    """The analyses as subcommands, made when they are asked for and not before."""

    def list_commands(self, ctx: Any) -> list[str]:
        from regulars.analyses import NAMES

        return list(NAMES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        from regulars.analyses import find

        return command_of(find(cmd_name.replace("-", "_")))


def option_name(parameter: Parameter) -> str:
    return "--" + parameter.name.replace("_", "-")


METAVARS = {
    "day": "DAY",
    "period": "FROM..TO",
    "integer": "N",
    "number": "X",
    "text": "TEXT",
}


def option_help(parameter: Parameter) -> str:
    """The meaning of a parameter with its unit, bounds and default."""
    extra: list[str] = []
    if parameter.unit:
        extra.append("minor units of the currency" if parameter.unit == "minor" else parameter.unit)
    if parameter.minimum is not None:
        extra.append(f"at least {parameter.minimum:g}")
    if parameter.maximum is not None:
        extra.append(f"at most {parameter.maximum:g}")
    if parameter.required:
        extra.append("required")
    elif parameter.default is not None and parameter.kind != "flag":
        extra.append(f"default {parameter.default}")
    elif parameter.kind == "flag":
        extra.append(f"default {'yes' if parameter.default else 'no'}")
    meaning = parameter.meaning.en
    return f"{meaning} [{'; '.join(extra)}]" if extra else meaning


def parameter_option(parameter: Parameter) -> inspect.Parameter:
    name, kind = option_name(parameter), parameter.kind
    annotation: Any = str | None
    if kind == "flag":
        name = f"{name}/--no-{name.removeprefix('--')}"
        annotation = bool | None
    metavar = "|".join(parameter.choices) if parameter.choices else METAVARS.get(kind)
    option = typer.Option(name, metavar=metavar, show_default=False, help=option_help(parameter))
    return inspect.Parameter(
        parameter.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[annotation, option],
    )


def command_of(analysis: Analysis, *, called: str | None = None) -> Any:
    """One analysis as a command: its declared parameters, then the options that all share."""

    options = [*(OF_CUSTOMERS if analysis.grain == "customer" else ()), *SHARED]

    def run(**given: Any) -> None:
        shared = {name: given.pop(name) for name, _, _ in options}
        parameters = {name: value for name, value in given.items() if value is not None}
        answer(analysis, parameters, **shared)

    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            *(parameter_option(parameter) for parameter in analysis.parameters),
            *(
                inspect.Parameter(
                    name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
                )
                for name, annotation, default in options
            ),
        ]
    )
    run.__annotations__ = {}
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    about = f"{analysis.question.en}\n\nOne row is {_lower(analysis.rows.en)}"
    app.command(
        called or analysis.name,
        help=about,
        short_help=analysis.question.en,
        context_settings={"help_option_names": ["-h", "--help"]},
    )(run)
    return typer.main.get_command(app)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() else sentence


def answer(
    analysis: Analysis,
    parameters: dict[str, Any],
    *,
    by: str | None,
    columns: str | None,
    workspace: Path | None,
    form: Format,
    output: Path | None,
    limit: int | None,
    lang: Lang,
    customer: str | None = None,
) -> None:
    """Run one analysis and give the answer in the form asked for."""
    from regulars.analyses import chosen
    from regulars.cli import output as outputs
    from regulars.cli.page import page as page_of
    from regulars.cli.progress import working

    outputs.check_target(form, output)
    analysis, parameters = chosen(analysis, parameters)
    opened = open_workspace(workspace)
    people = form is Format.table and analysis.grain == "customer"
    most = (20 if people else None) if limit is None else (limit or None)
    whole = not (by or customer or most)
    names = None if columns is None else [name.strip() for name in columns.split(",")]
    if form is Format.parquet and analysis.grain == "customer" and whole:
        assert output is not None
        with working(analysis.name):
            opened.write(analysis.name, output, columns=names, **parameters)
        return
    with working(analysis.name):
        result = opened.show(
            analysis.name, by=by, customer=customer, limit=most, columns=names, **parameters
        )
    if form is Format.table:
        page = page_of(analysis, result, opened.settings, lang=lang.value, limit=most)
        outputs.write_text(page, output)
    else:
        outputs.write(result, form, output, lang.value, opened.settings)


def questions(lang: Lang) -> list[str]:
    """A line for each analysis: its name and the question that it answers."""
    from regulars.analyses import catalogue
    from regulars.cli.table import lines

    rows = [[one.name, one.question.say(lang.value)] for one in catalogue()]
    return lines(["name", "question"], rows, right=[False, False], bold=False)


def register(app: typer.Typer) -> None:
    show = typer.Typer(
        cls=Analyses,
        help=HELP,
        invoke_without_command=True,
        rich_markup_mode=None,
        subcommand_metavar="NAME [OPTIONS]",
    )

    def root(ctx: typer.Context, lang: LangOption = Lang.en) -> None:
        if ctx.invoked_subcommand is None:
            typer.echo("\n".join(questions(lang)))
            typer.echo("\nNext: regulars show NAME --help", err=True)

    show.callback()(root)
    app.add_typer(show, name="show", help=HELP)
