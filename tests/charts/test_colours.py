"""Contrast, and distance as readers see it who do not see red, green or blue as most do."""

from __future__ import annotations

from itertools import combinations

import pytest

from regulars.charts import DARK, LIGHT, Palette

# Machado, Oliveira & Fernandes (2009), severity 1.0, on linear RGB.
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
PALETTES = {"light": LIGHT, "dark": DARK}


def linear(colour: str) -> tuple[float, float, float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, eye: str) -> tuple[float, float, float]:
    rgb = linear(colour)
    seen = [
        min(1.0, max(0.0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in EYES[eye]
    ]
    matrix = (
        (0.4124, 0.3576, 0.1805, 0.9505),
        (0.2126, 0.7152, 0.0722, 1.0),
        (0.0193, 0.1192, 0.9505, 1.089),
    )
    x, y, z = ((sum(m * c for m, c in zip(row, seen, strict=False))) / row[3] for row in matrix)
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one: str, other: str, eye: str) -> float:
    a, b = lab(one, eye), lab(other, eye)
    return float(sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) ** 0.5)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_text_has_contrast(palette: Palette) -> None:
    assert contrast(palette.ink, palette.paper) >= 7
    assert contrast(palette.muted, palette.paper) >= 4.5
    for ground, ink in zip(palette.heat, palette.heat_ink, strict=True):
        assert contrast(ground, ink) >= 4.5, (ground, ink, contrast(ground, ink))


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_marks_have_contrast(palette: Palette) -> None:
    marks = (*palette.groups, *palette.tiers, *palette.terms, *palette.stages, palette.heat[4])
    for colour in marks:
        assert contrast(colour, palette.paper) >= 3, (colour, contrast(colour, palette.paper))


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize("eye", EYES)
def test_groups_tiers_and_stages_can_be_told_apart(palette: Palette, eye: str) -> None:
    for colours in (palette.groups, palette.tiers, palette.stages):
        for one, other in combinations(colours, 2):
            assert distance(one, other, eye) > 15, (one, other, eye)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize("eye", EYES)
def test_what_came_and_what_went_can_be_told_apart(palette: Palette, eye: str) -> None:
    for went in palette.terms[:2]:
        for came in palette.terms[2:]:
            assert distance(went, came, eye) > 15, (went, came, eye)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_the_heat_scale_runs_one_way(palette: Palette) -> None:
    steps = [luminance(c) for c in palette.heat]
    assert steps == sorted(steps) or steps == sorted(steps, reverse=True)
