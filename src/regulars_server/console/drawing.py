"""Pictures of the library as markup: drawn once, kept on the disk by what they show."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Collection
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from django.db import transaction

from regulars.charts import Spec
from regulars.report.svg import draw
from regulars_server.console.disk import remove_at_once
from regulars_server.settings.declared import DATA

MOST_KEPT = 2000
_one_at_a_time = threading.Lock()


def svg(spec: Spec, *, css_class: str) -> str:
    """The picture as an SVG that may stand in a page, see `regulars.report.svg`."""
    text = json.dumps([spec, css_class, version("vl-convert-python")], sort_keys=True)
    path = _folder() / f"{hashlib.sha256(text.encode()).hexdigest()[:40]}.svg"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.part")
    try:
        # Opened before it is drawn: where somebody is erased meanwhile, it goes with the others.
        with aside.open("w", encoding="utf-8") as out:
            # Drawing takes a processor and memory of its own; two at once are no faster.
            with _one_at_a_time:
                drawn = draw(spec, css_class=css_class)
            out.write(drawn)
        with suppress(FileNotFoundError):
            aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    _trim()
    return drawn


def forget(*, customer_keys: Collection[int]) -> None:
    """Remove every kept picture when somebody is erased: one may show what they were known by."""
    if customer_keys:
        transaction.on_commit(_remove_all)


def _remove_all() -> None:
    remove_at_once(_folder())


def _folder() -> Path:
    return DATA.value / "pictures"


def _trim() -> None:
    kept = sorted(_folder().glob("*.svg"), key=_age)
    for old in kept[:-MOST_KEPT]:
        old.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
