"""Options that the strategy commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Form(StrEnum):
    """How an answer is given."""

    text = "text"
    json = "json"
    html = "html"
    xlsx = "xlsx"


FileArgument = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="A scenario file in YAML.")
]
FilesArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[FILE…]",
        help="A file with scenarios; or several files, the first as things are.",
    ),
]
ExampleOption = Annotated[
    str | None,
    typer.Option(
        "--example",
        "-e",
        metavar="NAME",
        help="A shipped example instead of a file: `regulars strategy examples` lists them.",
    ),
]
FormOption = Annotated[
    Form | None,
    typer.Option(
        "--format",
        "-f",
        metavar="text|json|html|xlsx",
        help="Form of the answer. Default: by the ending of --output, else text.",
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to this file, not to stdout."),
]


class Charged(StrEnum):
    """On whom the cost of a renewal falls."""

    renewed = "renewed"
    expiring = "expiring"


ChargedOption = Annotated[
    Charged | None,
    typer.Option(
        "--charged-on",
        metavar="renewed|expiring",
        help="Count the cost of a renewal per renewal, or per subscription that expires. "
        "Default: as the file says.",
    ),
]
