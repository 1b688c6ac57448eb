"""`regulars worker`: the worker alone, beside a web that runs elsewhere."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from regulars.errors import MissingExtra


def register(app: typer.Typer) -> None:
    @app.command("worker")
    def worker(
        data: Annotated[
            Path | None,
            typer.Option(
                "--data",
                metavar="DIR",
                help="Folder of the server's own files; REGULARS_DATA, or regulars-data here.",
            ),
        ] = None,
    ) -> None:
        """Run the server's jobs until a signal ends it; regulars serve starts one by itself."""
        if find_spec("django") is None:
            raise MissingExtra("the server is an extra: pip install 'regulars[server]'")
        from regulars_server.start.launch import environment

        os.environ.update(environment(os.environ, data=data, bind=None))
        from regulars_server.work.__main__ import main

        raise typer.Exit(main())
