"""What happens before the server answers: the database's form, static files, what apps prepare.

A process of its own: it imports facts with DuckDB, and a process that has loaded DuckDB must not
fork, which the web's parent does.
"""

from __future__ import annotations

import logging

import django
from django.core.management import call_command

from regulars.errors import WorkspaceError
from regulars_server.settings.declared import DATA, SECRET_KEY
from regulars_server.settings.secret_key import keep

log = logging.getLogger("regulars_server.start")


def prepare() -> None:
    """Bring everything to where the web can start; running it again changes nothing.

    Raises
    ------
    WorkspaceError : the database is of a newer Regulars, or of another workspace.
    """
    django.setup()
    from regulars_server.capability import named

    DATA.value.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not SECRET_KEY.value:
        keep(DATA.value / "secret-key")
    refuse_newer_database()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    for name, function in named("prepare"):
        log.debug("preparing %s", name)
        function()


def refuse_newer_database() -> None:
    """Return where every migration that the database has had is known to this program."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    known = {app for app, _name in loader.disk_migrations}
    newer = [
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in known and (app, name) not in {*loader.disk_migrations, *loader.replacements}
    ]
    if newer:
        raise WorkspaceError(
            f"The database is of a newer Regulars: it has {', '.join(sorted(newer))}. Start that "
            "program, or restore the backup from before the upgrade."
        )
