"""The scripts that draw charts in the browser: vl-convert's own bundle, as a static file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from regulars_server.settings.declared import DATA

NAME = "regulars/vega.js"


class ChartsFinder(BaseFinder):
    """Offers the bundle to `collectstatic`; it is made once for each version of vl-convert."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != NAME:
            return []
        found = str(_folder() / NAME)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        storage = FileSystemStorage(location=_folder())
        storage.prefix = ""  # type: ignore[attr-defined]
        yield NAME, storage


def _folder() -> Path:
    """A folder that holds the bundle."""
    folder = DATA.value / "made" / f"vl-convert-{version('vl-convert-python')}"
    file = folder / NAME
    if not file.is_file():
        import vl_convert

        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_suffix(".part")
        bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # not as its stub says
        aside.write_text(bundle, encoding="utf-8")
        aside.replace(file)
    return folder
