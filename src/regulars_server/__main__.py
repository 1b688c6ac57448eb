"""`python -m regulars_server prepare | web | backup | manage`: programs of the server."""

from __future__ import annotations

import os
import sys


def main(arguments: list[str]) -> int:
    """Run one program; the settings are read first, and a wrong one ends it in words."""
    from regulars.errors import WorkspaceError
    from regulars_server.settings.environment import SettingsError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars_server.settings.main")
    programs = {"prepare": _prepare, "web": _web, "backup": _backup, "manage": _manage}
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name not in programs:
        sys.stderr.write(f"python -m regulars_server {' | '.join(programs)}\n")
        return 2
    try:
        import regulars_server.settings.main  # noqa: F401

        return programs[name](rest)
    except (SettingsError, WorkspaceError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _prepare(_rest: list[str]) -> int:
    from regulars_server.start.prepare import prepare

    prepare()
    return 0


def _web(_rest: list[str]) -> int:
    from regulars_server.start.web import serve

    serve()
    return 0


def _backup(rest: list[str]) -> int:
    """Copy the database and the workspace into a folder."""
    from pathlib import Path

    from regulars_server.start.backup import backup

    if len(rest) != 1:
        sys.stderr.write("python -m regulars_server backup FOLDER\n")
        return 2
    database, workspace = backup(Path(rest[0]))
    sys.stdout.write(f"{database}\n{workspace.path}\n")
    sys.stderr.write(
        f"The list of forgotten people: {workspace.erasures}. Keep a copy of it elsewhere.\n"
    )
    return 0


def _manage(rest: list[str]) -> int:
    """Django's own commands, such as `migrate`, `makemigrations` and `dbshell`."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["regulars_server manage", *rest])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
