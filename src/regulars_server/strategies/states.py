"""Where a strategy stands on its way, as `rules` moves it and tables keep it (pure)."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """The five-step loop (001-2), in its order."""

    DRAFT = "draft"
    COSTED = "costed"
    APPROVED = "approved"
    LIVE = "live"
    MEASURED = "measured"
    DECIDED = "decided"


HERE = (State.DRAFT, State.COSTED, State.APPROVED)
LATER = (State.LIVE, State.MEASURED, State.DECIDED)
"""These come with campaigns: they need a launch, a random control group and its measured effect."""
