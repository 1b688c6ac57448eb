"""`python -m regulars_server.people`: erasures are finished, the index follows the facts.

A process of its own, started anew and never forked: it reads facts with DuckDB. With ``--once`` it
does one round and ends.
"""

from __future__ import annotations

import os
import sys


def main(arguments: list[str]) -> int:
    """Rounds until it is ended; one round with ``--once``. A wrong setting ends it in words."""
    import django

    from regulars_server.settings.environment import SettingsError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars_server.settings.main")
    try:
        django.setup()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    from regulars_server.people.upkeep import once, watch

    if "--once" in arguments:
        return 0 if once() else 1
    watch()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(0)
