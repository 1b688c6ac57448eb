"""`regulars serve`: everything that the server needs, in one command."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from regulars.errors import MissingExtra


def register(app: typer.Typer) -> None:
    @app.command("serve")
    def serve(
        data: Annotated[
            Path | None,
            typer.Option(
                "--data",
                metavar="DIR",
                help="Folder of the server's own files; REGULARS_DATA, or regulars-data here.",
            ),
        ] = None,
        bind: Annotated[
            str | None,
            typer.Option(
                "--bind",
                metavar="HOST:PORT",
                help="Where to listen; REGULARS_BIND, or 127.0.0.1:8000.",
            ),
        ] = None,
        browse: Annotated[
            bool, typer.Option("--open", help="Open the first page in the browser.")
        ] = False,
    ) -> None:
        """Start the server: database, demo workspace where there is none, web and workers."""
        if find_spec("django") is None or find_spec("gunicorn") is None:
            raise MissingExtra("the server is an extra: pip install 'regulars[server]'")
        from regulars_server.start.launch import launch

        raise typer.Exit(launch(data=data, bind=bind, browse=browse))
