"""Tokens are those of the charts, and the shell uses nothing beside them."""

from __future__ import annotations

import re
from pathlib import Path

import regulars_server
from regulars.charts import DARK, LIGHT, Palette

STATIC = Path(regulars_server.__file__).parent / "console/static/regulars"
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
CONSOLE = (STATIC / "console.css").read_text(encoding="utf-8")
LIGHT_PART, DARK_PART = TOKENS.split("@media", 1)


def values(part: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): ([^;]+);", part))


def contrast(one: str, other: str) -> float:
    """Of two colours, as WCAG 2 defines it."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_are_those_of_the_charts() -> None:
    for part, palette in ((LIGHT_PART, LIGHT), (DARK_PART, DARK)):
        said = values(part)
        assert {name: said.get(name) for name in palette.tokens()} == palette.tokens()


def test_text_can_be_read_in_light_and_dark() -> None:
    for part, palette in ((LIGHT_PART, LIGHT), (DARK_PART, DARK)):
        said = values(part)
        _readable(said, palette)


def _readable(said: dict[str, str], palette: Palette) -> None:
    for ground in (palette.paper, said["panel"]):
        for text in (palette.ink, palette.muted, said["accent"], said["danger"]):
            assert contrast(text, ground) >= 4.5, (text, ground)
        assert contrast(said["edge"], ground) >= 3, "edge of a field"
    assert contrast(said["on-accent"], said["accent"]) >= 4.5


def test_the_style_sheet_has_no_colour_and_no_size_of_its_own() -> None:
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", CONSOLE) == []
    sizes = set(re.findall(r"font-size: ([^;]+);", CONSOLE))
    assert sizes <= {f"var(--{size})" for size in ("xs", "s", "m", "l", "xl")}


def test_there_are_five_sizes_and_space_in_steps_of_four() -> None:
    said = values(LIGHT_PART)
    assert [name for name in ("xs", "s", "m", "l", "xl") if name in said] == [
        "xs", "s", "m", "l", "xl",
    ]  # fmt: skip
    steps = {name: value for name, value in said.items() if re.fullmatch(r"s\d+", name)}
    assert {int(value.removesuffix("px")) % 4 for value in steps.values()} == {0}
