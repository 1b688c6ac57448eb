"""Pictures of the library as markup: drawn once, kept on the disk by what they show."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Collection
from importlib.metadata import version

from django.db import transaction

from regulars.charts import Spec
from regulars.report.svg import draw
from regulars_server.console.keeping import Kept

PICTURES = Kept("pictures")
_one_at_a_time = threading.Lock()


def svg(spec: Spec, *, css_class: str) -> str:
    """The picture as an SVG that may stand in a page, see `regulars.report.svg`."""
    text = json.dumps([spec, css_class, version("vl-convert-python")], sort_keys=True)
    name = f"{hashlib.sha256(text.encode()).hexdigest()[:40]}.svg"
    found = PICTURES.find(name)
    if found is not None:
        return found
    with PICTURES.making(name) as keep:
        # Drawing takes a processor and memory of its own; two at once are no faster.
        with _one_at_a_time:
            drawn = draw(spec, css_class=css_class)
        keep(drawn)
    return drawn


def forget(*, customer_keys: Collection[int]) -> None:
    """Remove every kept picture when somebody is erased: one may show what they were known by."""
    if customer_keys:
        transaction.on_commit(PICTURES.remove_all)
