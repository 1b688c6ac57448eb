"""The demo's workspace, made where the server finds none."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings

import regulars
from regulars.datasets import dataset, mark

DATA = "cdnow"  # shipped: nothing is fetched


def fill() -> None:
    """Make a workspace of the shipped data, in a folder that is empty or not there."""
    root: Path = settings.REGULARS_WORKSPACE
    if not root.exists() or not any(root.iterdir()):
        make(root)


def make(root: Path) -> None:
    """A workspace that holds the demo, marked as such.

    It is made aside and moved into place: a start that is broken off leaves nothing half made.
    """
    data = dataset(DATA)
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".demo-", dir=root.parent) as folder:
        aside = Path(folder) / root.name
        ws = regulars.init(aside, zone=data.zone, currency=data.currency)
        mark(aside, data)
        for table, file in data.write(Path(folder)).items():
            ws.import_facts(table, file, source=data.name)
        if root.exists():
            root.rmdir()
        aside.rename(root)
