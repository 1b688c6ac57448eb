"""Which workspace was made from a data set of ours: what must be said beside its figures."""

from __future__ import annotations

import tomllib
from pathlib import Path

from regulars.datasets.dataset import DataSet
from regulars.declare import Text

SETTINGS_FILE = "regulars.toml"
MARK = "demo"


def mark(root: Path, data: DataSet) -> None:
    """Note in a workspace's settings that it holds this data set."""
    with (root / SETTINGS_FILE).open("a", encoding="utf-8") as file:
        file.write(f'\n[{MARK}]\ndata = "{data.name}"\n')


def demo_data(root: Path) -> str | None:
    """The data set that a workspace was made from by the demo; None for anybody's own."""
    kept = tomllib.loads((root / SETTINGS_FILE).read_text(encoding="utf-8")).get(MARK, {})
    return kept.get("data") if isinstance(kept, dict) else None


def notice(root: Path) -> tuple[Text, ...]:
    """What must be said beside every figure of this workspace; nothing for the user's own data."""
    from regulars.datasets import DATASETS

    name = demo_data(root)
    return DATASETS[name].notice if name is not None and name in DATASETS else ()
