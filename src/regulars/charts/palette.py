"""Colours: one meaning each, everywhere, in light and dark.

The plane of groups is coloured by its two questions: often (blue) or seldom (ochre), large
(deep) or small (pale), so that the colour can be read without its key, also by readers who do
not see red and green apart. Money that came is teal, money that went is vermilion. Tests compute
the contrasts and the distances as colour-blind readers see them.
"""

from __future__ import annotations

from dataclasses import dataclass

GROUP_NAMES = ("A", "B", "C", "D", "E")
TIER_NAMES = ("core", "rest")
TERM_NAMES = ("lost", "down", "first_time", "returned", "up")
STAGE_NAMES = ("acquisition", "growth", "mature", "decline", "lost", "returned", "unknown")
HEAT_STEPS = 7


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Colours of one mode. ``heat[i]`` is a ground and ``heat_ink[i]`` the text upon it."""

    paper: str
    ink: str
    muted: str
    rule: str
    groups: tuple[str, str, str, str, str]
    tiers: tuple[str, str]
    terms: tuple[str, str, str, str, str]
    stages: tuple[str, str, str, str, str, str, str]
    heat: tuple[str, ...]
    heat_ink: tuple[str, ...]

    def group(self, name: str) -> str:
        return self.groups[GROUP_NAMES.index(name)] if name in GROUP_NAMES else self.muted

    def tier(self, name: str) -> str:
        return self.tiers[TIER_NAMES.index(name)] if name in TIER_NAMES else self.muted

    def term(self, name: str) -> str:
        return self.terms[TERM_NAMES.index(name)] if name in TERM_NAMES else self.muted

    def stage(self, name: str) -> str:
        return self.stages[STAGE_NAMES.index(name)] if name in STAGE_NAMES else self.muted

    def tokens(self) -> dict[str, str]:
        """Each colour under the name that style sheets use for it, e.g. ``group-e``."""
        named = {"paper": self.paper, "ink": self.ink, "muted": self.muted, "rule": self.rule}
        named |= {f"group-{g.lower()}": c for g, c in zip(GROUP_NAMES, self.groups, strict=True)}
        named |= {f"tier-{t}": c for t, c in zip(TIER_NAMES, self.tiers, strict=True)}
        named |= {
            f"term-{t.replace('_', '-')}": c for t, c in zip(TERM_NAMES, self.terms, strict=True)
        }
        named |= {f"stage-{s}": c for s, c in zip(STAGE_NAMES, self.stages, strict=True)}
        named |= {f"heat-{i}": c for i, c in enumerate(self.heat)}
        named |= {f"heat-ink-{i}": c for i, c in enumerate(self.heat_ink)}
        return named


LIGHT = Palette(
    paper="#fdfcf9",
    ink="#1a2029",
    muted="#59616d",
    rule="#dedbd3",
    groups=("#7a8089", "#bb7f12", "#7d4a00", "#3f8dcc", "#163f7d"),
    tiers=("#2a3950", "#7c8797"),
    terms=("#96241c", "#c9572c", "#3d9590", "#1d7487", "#0b6358"),
    stages=("#a17b3f", "#36909d", "#0b4f5c", "#b83a00", "#760a12", "#8053c7", "#808a7d"),
    heat=("#f1f2f3", "#dbe1e9", "#bfcbd9", "#9db0c6", "#6f8aa9", "#456489", "#243f63"),
    heat_ink=("#1a2029", "#1a2029", "#1a2029", "#1a2029", "#0c1118", "#ffffff", "#ffffff"),
)

DARK = Palette(
    paper="#14181e",
    ink="#ebe8e1",
    muted="#a6adb8",
    rule="#353c47",
    groups=("#8d949e", "#a87420", "#f0bb63", "#3d86c2", "#a9d2f7"),
    tiers=("#d5dce7", "#7f8b9c"),
    terms=("#f0837a", "#c8623a", "#b4e6dc", "#3fa3ac", "#79dccb"),
    stages=("#b3962e", "#65b9b0", "#b4e6ec", "#bb7446", "#ffa693", "#a27fe3", "#6a7f91"),
    heat=("#1d232b", "#263140", "#334357", "#435873", "#7a95b5", "#a4bcd7", "#d3e1f1"),
    heat_ink=("#ebe8e1", "#ebe8e1", "#ebe8e1", "#f4f2ec", "#0b0f14", "#0b0f14", "#0b0f14"),
)


def by_reference(palette: Palette) -> Palette:
    """The same palette with each colour replaced by ``var(--name)``.

    A picture drawn with it takes its colours from the page's style sheet, so one SVG serves the
    light page, the dark page and paper.
    """
    names = {key: f"var(--{key})" for key in palette.tokens()}
    return Palette(
        paper=names["paper"],
        ink=names["ink"],
        muted=names["muted"],
        rule=names["rule"],
        groups=(
            names["group-a"],
            names["group-b"],
            names["group-c"],
            names["group-d"],
            names["group-e"],
        ),
        tiers=(names["tier-core"], names["tier-rest"]),
        terms=(
            names["term-lost"],
            names["term-down"],
            names["term-first-time"],
            names["term-returned"],
            names["term-up"],
        ),
        stages=(
            names["stage-acquisition"],
            names["stage-growth"],
            names["stage-mature"],
            names["stage-decline"],
            names["stage-lost"],
            names["stage-returned"],
            names["stage-unknown"],
        ),
        heat=tuple(names[f"heat-{i}"] for i in range(HEAT_STEPS)),
        heat_ink=tuple(names[f"heat-ink-{i}"] for i in range(HEAT_STEPS)),
    )


REFERENCES = by_reference(LIGHT)
