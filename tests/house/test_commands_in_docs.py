"""Every command that a page prints exists, with those options: parsed as it would be, not run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from regulars.cli.app import build

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    if "reference" not in page.parts and "decisions" not in page.parts
)
BLOCK = re.compile(r"```(?:bash|sh|console)\n(.*?)```", flags=re.DOTALL)
INLINE = re.compile(r"`(regulars [^`\n]+)`")
# Placeholders of prose, as in `regulars show NAME` or `regulars value …`.
PROSE = re.compile(r"[…|<>]|\b[A-Z]{2,}\b|\.\.\.")


def printed(page: str) -> list[str]:
    """The commands of its blocks."""
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = "\n".join(BLOCK.findall(text)).replace("\\\n", " ").splitlines()
    found = [line.strip().removeprefix("$ ") for line in lines]
    return [line for line in found if line.startswith("regulars ")]


def commands(page: str) -> list[str]:
    """Those, and the ones that its prose names in full."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [*printed(page), *(line for line in INLINE.findall(text) if not PROSE.search(line))]


@pytest.fixture(scope="module")
def root() -> Any:
    return typer.main.get_command(build())


def parsed(command: Any, arguments: list[str], name: str) -> None:
    """Raises what the command line would say of a wrong name or option."""
    context = command.make_context(name, arguments, resilient_parsing=False)
    rest = [*context._protected_args, *context.args]
    if hasattr(command, "resolve_command") and rest:
        found, child, left = command.resolve_command(context, rest)
        parsed(child, left, found)


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)])
def test_the_commands_of_a_page_are_commands(page: str, root: Any) -> None:
    wrong = []
    blocks = printed(page)
    for line in commands(page):
        arguments = shlex.split(line.split(" | ")[0].split(" > ")[0], comments=True)[1:]
        try:
            parsed(root, arguments, "regulars")
        except Exception as error:
            # Help is an ending too; and prose names a command without what it needs.
            kind = type(error).__name__
            named = line not in blocks and kind in ("MissingParameter", "NoArgsIsHelpError")
            if kind != "Exit" and not named:
                wrong.append(f"{line}: {kind}: {error}")
    assert not wrong, "\n".join(wrong)


def test_a_command_that_does_not_exist_would_be_found(root: Any) -> None:
    for arguments in (["nosuch"], ["show", "nosuch"], ["show", "groups", "--nosuch", "1"]):
        with pytest.raises(Exception, match=r"(?i)no such|nosuch"):
            parsed(root, arguments, "regulars")
