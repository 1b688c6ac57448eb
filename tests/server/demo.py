"""The shipped demo's workspace, made once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import regulars
from regulars.datasets import dataset, mark


def made(factory: pytest.TempPathFactory) -> Path:
    return _made(factory)


@cache
def _made(factory: pytest.TempPathFactory) -> Path:
    folder = factory.mktemp("demo")
    data = dataset("cdnow")
    root = folder / "workspace"
    workspace = regulars.init(root, zone=data.zone, currency=data.currency)
    mark(root, data)
    for table, file in data.write(folder).items():
        workspace.import_facts(table, file, source=data.name)
    return root
