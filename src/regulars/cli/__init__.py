"""The command line: each command is a small module, found by its entry point."""

from __future__ import annotations


def main() -> None:
    """Run `regulars` with the arguments of the process."""
    from regulars.cli.app import run

    raise SystemExit(run())
