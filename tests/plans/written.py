"""A plan written to a file and read again."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from regulars.plans import read

G1 = """\
kind: table
currency: USD
customers: 100_000
retention: [0.60, 0.70]
orders: [1.8, 2.5, 3]
aov: [90, 95, 100]
direct_cost_rate: [0.70, 0.65, 0.65]
acquisition_cost: 55
marketing: [0, 20, 20]
interest: 0.08
risk_factor: 2
"""


def plan(folder: Path, text: str, *, retention: Any = None, **facts: Any) -> Any:
    """`retention` and `facts` stand for a workspace: what it says when it is asked."""
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    there: Any = SimpleNamespace(retention=retention, **facts) if retention or facts else None
    return read(path, facts=there)
