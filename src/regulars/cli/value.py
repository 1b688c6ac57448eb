"""`regulars value`: fit the models, score everybody, look back at how well that did, add up."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from regulars.cli.options import Lang, LangOption, WorkspaceOption, open_workspace

if TYPE_CHECKING:
    from regulars.fits import StoredFit

HELP = "What customers are worth: fit the models, score, backtest, show."

# What each command asks: an analysis by its own name, with its parameters as options.
ASKS = {"score": "value", "backtest": "value_backtest", "show": "value_totals"}


class Commands(TyperGroup):
    """The analyses of value under short names, made when they are asked for and not before."""

    def list_commands(self, ctx: Any) -> list[str]:
        return ["fit", "fits", *ASKS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        from regulars.analyses import find
        from regulars.cli.show import command_of

        if cmd_name in ASKS:
            return command_of(find(ASKS[cmd_name]), called=cmd_name)
        if cmd_name == "fit":
            return fit_command()
        return super().get_command(ctx, cmd_name)


UseOption = Annotated[
    bool,
    typer.Option(
        "--use", help="Count value in snapshots by these parameters and this fit from now on."
    ),
]


def fit_command() -> Any:
    """`regulars value fit`, with the parameters of the analysis `value_fit` as options."""
    from regulars.analyses import find
    from regulars.cli.show import parameter_option

    shared: tuple[tuple[str, Any, Any], ...] = (
        ("use", UseOption, False),
        ("workspace", WorkspaceOption, None),
        ("lang", LangOption, Lang.en),
    )

    def run(**given: Any) -> None:
        asked = {name: given.pop(name) for name, _, _ in shared}
        fit({name: value for name, value in given.items() if value is not None}, **asked)

    declared = [p for p in find("value_fit").parameters if p.name != "fit"]
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            *(parameter_option(parameter) for parameter in declared),
            *(
                inspect.Parameter(
                    name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
                )
                for name, annotation, default in shared
            ),
        ]
    )
    run.__annotations__ = {}
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    about = "Fit the models of purchases and of spend, and keep the fit."
    app.command("fit", help=about, context_settings={"help_option_names": ["-h", "--help"]})(run)
    return typer.main.get_command(app)


def fit(parameters: dict[str, Any], *, use: bool, workspace: Path | None, lang: Lang) -> None:
    """Fit, keep, and show what was found."""
    from regulars.analyses import find
    from regulars.cli import output as outputs
    from regulars.cli.page import page as page_of
    from regulars.cli.progress import working

    opened = open_workspace(workspace)
    with working("value_fit"):
        kept = opened.fit_value(use=use, **parameters)
        result = opened.show("value_fit", fit=kept.id, **parameters)
    outputs.write_text(
        page_of(find("value_fit"), result, opened.settings, lang=lang.value, limit=None), None
    )
    typer.echo(KEPT[lang.value].format(id=kept.id))
    if use:
        typer.echo(USED[lang.value])


KEPT = {
    "en": "Kept as {id}.  Next: regulars value score --fit {id}",
    "zh": "已保存为{id}。下一步：regulars value score --fit {id}",
}
USED = {
    "en": "Snapshots count value by it from now on.",
    "zh": "此后快照将按此拟合计算价值。",
}


def fits(workspace: WorkspaceOption = None, lang: LangOption = Lang.en) -> None:
    """List the fits that are kept."""
    from regulars.cli.table import lines

    found = open_workspace(workspace).fits()
    if not found:
        typer.echo(NONE[lang.value])
        return
    typer.echo(
        "\n".join(
            lines(HEADS[lang.value], [_row(one) for one in found], right=[False] * 5, bold=True)
        )
    )


HEADS = {
    "en": ["fit", "as of", "model", "facts", "fitted"],
    "zh": ["拟合", "统计日", "模型", "事实版本", "拟合时间"],
}
NONE = {
    "en": "No fit is kept here.  Next: regulars value fit",
    "zh": "这里没有保存的拟合。下一步：regulars value fit",
}


def _row(one: StoredFit) -> list[str]:
    return [one.id, one.as_of.isoformat(), one.model, str(one.facts_version or "-"), one.fitted_at]


def register(app: typer.Typer) -> None:
    group = typer.Typer(cls=Commands, help=HELP, no_args_is_help=True, rich_markup_mode=None)
    group.command("fits")(fits)
    app.add_typer(group, name="value", help=HELP)
