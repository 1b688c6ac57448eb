"""`python -m regulars_server.settings.page`: the table of docs/operating/settings.md."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from regulars_server.settings.environment import Setting


def table(declared: Iterable[Setting[Any]]) -> str:
    """A row for each setting."""
    rows = ["| variable | default | what it does |", "|---|---|---|"]
    for setting in declared:
        default = setting.shown or (f"`{setting.default}`" if setting.default else "none")
        secret = f" `{setting.name}_FILE` may name a file instead." if setting.secret else ""
        rows.append(f"| `{setting.name}` | {default} | {setting.text}{secret} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    from regulars_server.settings.main import every_setting

    sys.stdout.write(table(every_setting()))
