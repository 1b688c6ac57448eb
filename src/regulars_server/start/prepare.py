"""What happens before the server answers: the database's form, static files, what apps prepare.

A process of its own: it imports facts with DuckDB, and a process that has loaded DuckDB must not
fork, which the web's parent does.
"""

from __future__ import annotations

import logging

import django
from django.core.management import call_command

from regulars_server.settings.declared import DATA, SECRET_KEY
from regulars_server.settings.secret_key import keep

log = logging.getLogger("regulars_server.start")


def prepare() -> None:
    """Bring everything to where the web can start; running it again changes nothing."""
    django.setup()
    from regulars_server.capability import named

    DATA.value.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not SECRET_KEY.value:
        keep(DATA.value / "secret-key")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    for name, function in named("prepare"):
        log.debug("preparing %s", name)
        function()
