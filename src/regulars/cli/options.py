"""Options that several commands share, and the workspace that they are about."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.errors import WorkspaceError

if TYPE_CHECKING:
    from regulars.workspace import Workspace

SETTINGS_FILE = "regulars.toml"
VARIABLE = "REGULARS_WORKSPACE"


class Lang(StrEnum):
    """Language of words that are shown; names of columns stay as they are."""

    en = "en"
    zh = "zh"


class Form(StrEnum):
    """How a list is given: to a person, or to a machine as one JSON object."""

    table = "table"
    json = "json"


FormOption = Annotated[
    Form, typer.Option("--format", "-f", metavar="table|json", help="Form of the answer.")
]
WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        metavar="DIR",
        envvar=VARIABLE,
        show_envvar=True,
        help="The workspace. Default: the nearest folder upward that holds regulars.toml.",
    ),
]
LangOption = Annotated[
    Lang,
    typer.Option(
        "--lang",
        metavar="en|zh",
        envvar="REGULARS_LANG",
        show_envvar=True,
        help="Language of the words: English or Chinese.",
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DAY",
        help="Facts before the start of this day count. Default: the day after the last order.",
    ),
]


def nearest(start: Path) -> Path | None:
    """The nearest folder, from ``start`` upward, that holds a workspace's settings."""
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    return None


def workspace_folder(given: Path | None) -> Path:
    """The folder of the workspace that the user named, or of the nearest one.

    Raises
    ------
    WorkspaceError : there is none; the message says how to make or name one.
    """
    folder = given if given is not None else nearest(Path.cwd())
    if folder is None:
        raise WorkspaceError(
            f"There is no workspace here: no {SETTINGS_FILE} in {os.getcwd()} or above it. "
            "Make one with `regulars init PATH`, or name one with --workspace DIR "
            f"or the variable {VARIABLE}."
        )
    return folder


def open_workspace(given: Path | None) -> Workspace:
    """Open the workspace that the user named, or the nearest one.

    Raises
    ------
    WorkspaceError : there is none; the message says how to make or name one.
    """
    from regulars import workspace

    return workspace.open(workspace_folder(given))
