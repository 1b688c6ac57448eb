"""In a browser: nothing is wider than the screen, nothing breaks the page's own policy."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from pathlib import Path

from regulars.declare import Language
from regulars.report import build_report
from report import shops

# The page itself runs nothing; a page around it measures. Tables may scroll in their own box.
MEASURE = """<!doctype html><body>
{frames}
<script>
let left = document.querySelectorAll('iframe').length; const found = {{}};
for (const frame of document.querySelectorAll('iframe')) frame.onload = () => {{
  const page = frame.contentDocument, width = frame.clientWidth, over = [];
  for (const e of page.querySelectorAll('body *')) {{
    if (e.closest('.scroll, .unseen, .skip, details:not([open])')) continue;
    const box = e.getBoundingClientRect();
    if (box.width && box.right > width + 1) over.push(e.tagName + e.textContent.slice(0, 40));
  }}
  found[page.documentElement.lang + width] = {{over, scroll: page.documentElement.scrollWidth,
    shown: [...page.querySelectorAll('.picture svg')].filter(s => s.clientWidth).length,
    pictures: page.querySelectorAll('.picture').length,
    styled: getComputedStyle(page.querySelector('.key')).display}};
  if (!--left) document.body.insertAdjacentHTML('beforeend',
    '<pre>' + btoa(unescape(encodeURIComponent(JSON.stringify(found)))) + '</pre>');
}}
</script>"""
WIDTHS = (360, 390, 700, 1280)


LANGUAGES: tuple[Language, ...] = ("en", "zh")


def test_nothing_is_wider_than_the_screen(chromium: str, tmp_path: Path) -> None:
    for lang in LANGUAGES:
        page = build_report(shops.shrinking(), shops.shrinking_context(), lang)
        (tmp_path / f"{lang}.html").write_text(page, encoding="utf-8")
    frames = "".join(
        f'<iframe src="{lang}.html" width="{width}" height="900" style="border:0"></iframe>'
        for lang in LANGUAGES
        for width in WIDTHS
    )
    around = tmp_path / "around.html"
    around.write_text(MEASURE.format(frames=frames), encoding="utf-8")
    done = subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--allow-file-access-from-files",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--virtual-time-budget=5000",
            "--dump-dom",
            around.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    answer = re.search(r"<pre>([A-Za-z0-9+/=]+)</pre>", done.stdout)
    assert answer is not None, done.stderr[-2000:]
    found = json.loads(base64.b64decode(answer[1]))
    assert len(found) == len(LANGUAGES) * len(WIDTHS)
    for case, seen in found.items():
        width = int("".join(filter(str.isdigit, case)))
        assert seen["over"] == [], case
        assert seen["scroll"] <= width
        assert seen["shown"] == seen["pictures"] >= 10, "one of the two widths of each picture"
        assert seen["styled"] == "grid", "the policy lets the style sheet in"
    assert "Content Security Policy" not in done.stderr
