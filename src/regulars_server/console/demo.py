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
    if root.exists() and any(root.iterdir()):
        return
    data = dataset(DATA)
    ws = regulars.init(root, zone=data.zone, currency=data.currency)
    mark(root, data)
    with tempfile.TemporaryDirectory(prefix="regulars-demo-") as folder:
        for table, file in data.write(Path(folder)).items():
            ws.import_facts(table, file, source=data.name)
