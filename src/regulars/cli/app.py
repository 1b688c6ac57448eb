"""The application: finds its commands, runs one, and turns errors into words and exit codes."""

from __future__ import annotations

import os
import sys
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from regulars.errors import ParameterError, RegularsError

GROUP = "regulars.commands"

# The order of a first visit: make, fill, ask, keep. Commands of others follow by name.
ORDER = (
    "demo",
    "init",
    "import",
    "map",
    "facts",
    "analyse",
    "show",
    "report",
    "strategy",
    "serve",
    "worker",
    "runs",
    "forget",
    "erasures",
    "backup",
    "restore",
    "maintain",
    "upgrade",
)

HELP = "Who your customers are, where they stand, and what moved."


def commands() -> list[EntryPoint]:
    """Every registered command in the order of the help page."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    first = [name for name in ORDER if name in found]
    return [found[name] for name in [*first, *sorted(set(found) - set(first))]]


class Ordered(TyperGroup):
    """Lists its commands in the order of `commands`, groups of commands among the others."""

    def list_commands(self, ctx: Any) -> list[str]:
        names = [point.name for point in commands()]
        return [name for name in names if name in self.commands]


def build() -> typer.Typer:
    """The application with every registered command."""
    app = typer.Typer(
        cls=Ordered,
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        # Plain help reads the same on a terminal, in a pipe and in the reference, and spares
        # the import of rich: see docs/decisions.
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def root(
        debug: Annotated[
            bool, typer.Option("--debug", help="On an error show where in the program it arose.")
        ] = False,
    ) -> None:
        """Who your customers are, where they stand, and what moved."""

    for point in commands():
        point.load()(app)
    return app


def _harmless(message: str) -> str:
    """The message without control characters, which a file's names could bring along."""
    from regulars.cli.table import printable

    return "\n".join(printable(line) for line in message.split("\n"))


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 2 (a parameter is wrong), 1 (all else)."""
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given
    # May stand anywhere on the line, also after the command.
    given = [argument for argument in given if argument != "--debug"]
    command = typer.main.get_command(build())
    try:
        command.main(args=given, prog_name="regulars", standalone_mode=True)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    except RegularsError as error:
        if debug:
            raise
        typer.echo(f"regulars: {_harmless(str(error))}", err=True)
        return 2 if isinstance(error, ParameterError) else 1
    except BrokenPipeError:
        # The reader of our output went away (`… | head`): end quietly, as other commands do.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        # A folder that may only be read, a full disk: not a fault of the program.
        if debug:
            raise
        place = f"{error.filename}: " if error.filename else ""
        why = error.strerror or str(error)
        typer.echo(f"regulars: {_harmless(place + why)}.", err=True)
        return 1
    except Exception as error:
        if debug:
            raise
        kind = type(error).__name__
        typer.echo(
            f"regulars: something went wrong inside Regulars ({kind}: {error}). "
            "Nothing was published. Run the command again with --debug to see where.",
            err=True,
        )
        return 1
    return 0
