"""What an engine declares that it cannot do is strictly expected to fail: we learn when it can."""

from __future__ import annotations

import importlib

import pytest

from regulars.engines.engine import check_url


def gaps_of(url: str) -> frozenset[str]:
    """The gaps that the engine of a URL declares, without opening it."""
    module = importlib.import_module(f"regulars.engines.{check_url(url)}")
    own = (thing for thing in vars(module).values() if isinstance(thing, type))
    (engine,) = (c for c in own if c.__module__ == module.__name__ and hasattr(c, "gaps"))
    gaps: frozenset[str] = engine.gaps
    return gaps


def expect(request: pytest.FixtureRequest, url: str) -> None:
    """Mark the running test when the engine declares it as a gap."""
    name = request.node.originalname.removeprefix("test_")
    if name in gaps_of(url):
        request.applymarker(pytest.mark.xfail(strict=True, reason=f"a declared gap: {name}"))
