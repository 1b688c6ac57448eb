"""`regulars version`: what is installed, for a bug report."""

from __future__ import annotations

import json
import platform
from importlib.metadata import PackageNotFoundError, version

import typer

from regulars.cli.options import Form, FormOption

PARTS = ("duckdb", "deltalake", "sqlglot", "numpy", "scipy", "pyspark", "adbc-driver-postgresql")


def register(app: typer.Typer) -> None:
    @app.command("version")
    def show_version(
        form: FormOption = Form.table,
    ) -> None:
        """Print the versions of Regulars and of what it stands on."""
        found = {"regulars": version("regulars"), "python": platform.python_version()}
        for part in PARTS:
            try:
                found[part] = version(part)
            except PackageNotFoundError:
                continue
        if form is Form.json:
            typer.echo(json.dumps(found))
            return
        for name, number in found.items():
            typer.echo(f"{name} {number}")
