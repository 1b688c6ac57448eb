"""Regulars (回头客): who your customers are, what moved, and what your marketing earned.

>>> import regulars as rg
>>> ws = rg.open("shop")                                    # doctest: +SKIP
>>> ws.show("groups", as_of="2026-01-01").to_pandas()       # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regulars.analyses import catalogue
    from regulars.errors import RegularsError
    from regulars.result import Note, Result
    from regulars.snapshot import Snapshot
    from regulars.workspace import Workspace, init, open  # noqa: A004  # rg.open is meant

__version__ = "0.1.0"
__all__ = [
    "Note",
    "RegularsError",
    "Result",
    "Snapshot",
    "Workspace",
    "__version__",
    "catalogue",
    "init",
    "open",
]

_HOMES = {
    "Note": "regulars.result",
    "RegularsError": "regulars.errors",
    "Result": "regulars.result",
    "Snapshot": "regulars.snapshot",
    "Workspace": "regulars.workspace",
    "catalogue": "regulars.analyses",
    "init": "regulars.workspace",
    "open": "regulars.workspace",
}


def __getattr__(name: str) -> Any:
    # On use, not on import: `import regulars` loads the standard library only.
    if name not in _HOMES:
        raise AttributeError(f"module 'regulars' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
