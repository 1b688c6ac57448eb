"""One small function a command; what they read and say stands in `regulars.plans`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from regulars.cli.options import Lang, LangOption, WorkspaceOption
from regulars.cli.strategy.giving import form_of, give
from regulars.cli.strategy.options import (
    Charged,
    ChargedOption,
    ExampleOption,
    FileArgument,
    FilesArgument,
    Form,
    FormOption,
    OutputOption,
)
from regulars.errors import ParameterError


def opened(kind: str, file: Path | None, example: str | None, workspace: Path | None = None) -> Any:
    """The plan of a file or an example, of the kind that the command is for.

    Raises
    ------
    ParameterError : neither or both are named, or the plan is another command's.
    """
    from regulars import plans
    from regulars.cli.strategy.data import WorkspaceFacts

    if (file is None) == (example is None):
        raise ParameterError("Name a scenario file, or a shipped one with --example NAME.")
    if file is not None:
        found = plans.read(file, facts=WorkspaceFacts(workspace))
    else:
        assert example is not None
        found = plans.example(example)
    if found.header.kind != kind:
        raise ParameterError(
            f"{found.header.file} is of the kind {found.header.kind}: "
            f"`regulars strategy {found.header.kind}` reads it."
        )
    return found


def table(
    file: FileArgument = None,
    example: ExampleOption = None,
    form: FormOption = None,
    output: OutputOption = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = Lang.en,
) -> None:
    """A lifetime-value table: what a customer is worth, from when, and what moves it."""
    asked = form_of(form, output)
    give(opened("table", file, example, workspace).answer(lang.value), asked, output)


def compare(
    files: FilesArgument = None,
    example: ExampleOption = None,
    form: FormOption = None,
    output: OutputOption = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = Lang.en,
) -> None:
    """A table against its scenarios, line by line, and what each is worth in all."""
    asked = form_of(form, output)
    named = files or []
    plan = opened("table", named[0] if named else None, example, workspace)
    for other in named[1:]:
        plan = plan.beside(opened("table", other, None, workspace))
    give(plan.comparison(lang.value), asked, output)


def renewals(
    file: FileArgument = None,
    example: ExampleOption = None,
    charged_on: ChargedOption = None,
    form: FormOption = None,
    output: OutputOption = None,
    lang: LangOption = Lang.en,
) -> None:
    """A magazine before and after renewal by card, contract by contract."""
    asked = form_of(form, output)
    plan = opened("renewals", file, example)
    if charged_on is not None:
        plan = plan.charged(Charged(charged_on).value)
    give(plan.answer(lang.value), asked, output)


def simple(kind: str, about: str) -> Callable[..., None]:
    """A command that reads a plan of one kind and answers it."""

    def run(
        file: FileArgument = None,
        example: ExampleOption = None,
        form: FormOption = None,
        output: OutputOption = None,
        lang: LangOption = Lang.en,
    ) -> None:
        asked = form_of(form, output)
        give(opened(kind, file, example).answer(lang.value), asked, output)

    run.__doc__ = about
    return run


def measurable(kind: str, about: str) -> Callable[..., None]:
    """A command whose plan may also take its numbers from a workspace's facts."""

    def run(
        file: FileArgument = None,
        example: ExampleOption = None,
        form: FormOption = None,
        output: OutputOption = None,
        workspace: WorkspaceOption = None,
        lang: LangOption = Lang.en,
    ) -> None:
        asked = form_of(form, output)
        give(opened(kind, file, example, workspace).answer(lang.value), asked, output)

    run.__doc__ = about
    return run


def examples(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Print this one, to copy and change it.")
    ] = None,
    output: OutputOption = None,
    lang: LangOption = Lang.en,
) -> None:
    """The shipped examples; with a name, the text of one. Their inputs are illustrative."""
    from regulars import plans
    from regulars.cli.output import write_text
    from regulars.cli.table import lines

    if output is not None:
        form_of(Form.text, output)
    if name is not None:
        write_text(plans.example_text(name), output)
        return
    rows = [
        [one, f"regulars strategy {kind} --example {one}", _title(one, lang)]
        for one, kind in plans.EXAMPLES.items()
    ]
    write_text(
        "\n".join(lines(HEADS[lang.value], rows, right=[False] * 3, bold=False)) + "\n", output
    )


HEADS = {"en": ["example", "command", "title"], "zh": ["示例", "命令", "标题"]}


def _title(name: str, lang: Lang) -> str:
    from regulars import plans

    said: str = plans.example(name).header.title.say(lang.value)
    return said


ALL: Mapping[str, Callable[..., None]] = {
    "table": table,
    "compare": compare,
    "renewals": renewals,
    "letters": simple("letters", "After which renewal letter to stop."),
    "leak": measurable("leak", "What readers who lapse to rejoin at a discount hide and cost."),
    "economics": simple("economics", "What points of retention are worth, said both ways."),
    "budget": simple("budget", "Acquisition against retention: the present split and the best."),
    "sources": measurable("sources", "Where customers come from, ranked by what is left of them."),
    "plane": simple("plane", "Profit and loyalty as two levers, segment by segment."),
    "leads": simple("leads", "Scarce hours to the leads that pay most per hour."),
    "examples": examples,
}
