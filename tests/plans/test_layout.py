"""In a browser: a plan's page is no wider than the screen, and its policy lets its style in."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from pathlib import Path

from regulars.plans import EXAMPLES, example, write_page
from report.test_layout import LANGUAGES, MEASURE

WIDTHS = (390, 1280)


def test_nothing_is_wider_than_the_screen(chromium: str, tmp_path: Path) -> None:
    pages = [f"{lang}-{name}.html" for lang in LANGUAGES for name in EXAMPLES]
    for page in pages:
        lang, _, name = page.removesuffix(".html").partition("-")
        plan = example(name)
        write_page(plan.answer("zh" if lang == "zh" else "en"), tmp_path / page)
    frames = "".join(
        f'<iframe data-src="{page}" width="{width}" height="900" style="border:0"></iframe>'
        for page in pages
        for width in WIDTHS
    )
    around = tmp_path / "around.html"
    measure = MEASURE.replace(
        "documentElement.lang + width", "documentElement.lang + frame.src + '|' + width"
    )
    measure = measure.replace("querySelector('.key')", "querySelector('.page')")
    # Many pages: none may have loaded before there is somebody to notice.
    begin = "document.querySelectorAll('iframe').forEach(f => f.src = f.dataset.src);</script>"
    measure = measure.replace("</script>", begin)
    around.write_text(measure.format(frames=frames), encoding="utf-8")
    done = subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--allow-file-access-from-files", f"--user-data-dir={tmp_path / 'profile'}",
            "--virtual-time-budget=20000", "--dump-dom", around.as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    answer = re.search(r"<pre>([A-Za-z0-9+/=]+)</pre>", done.stdout)
    assert answer is not None, done.stderr[-2000:]
    found = json.loads(base64.b64decode(answer[1]))
    assert len(found) == len(pages) * len(WIDTHS)
    for case, seen in found.items():
        assert seen["over"] == [], case
        assert seen["scroll"] <= int(case.rpartition("|")[2]), case
        assert seen["shown"] == seen["pictures"] >= 1, case
        assert seen["styled"] in ("grid", "block"), case
    assert "Content Security Policy" not in done.stderr
