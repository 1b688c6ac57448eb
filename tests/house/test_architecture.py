"""ARCHITECTURE.md names what is there, and nothing that is not."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"^\| `([^`]+)`", PAGE, flags=re.MULTILINE))
PACKAGES = [ROOT / "src/regulars", ROOT / "src/regulars_server"]


def holds_source(folder: Path) -> bool:
    kinds = (".py", ".j2", ".css")
    return any(file.suffix in kinds for file in folder.iterdir() if file.is_file())


def test_every_path_that_is_named_exists() -> None:
    missing = sorted(path for path in NAMED if not (ROOT / path).exists())
    assert missing == []


def test_every_folder_of_the_package_is_named() -> None:
    folders = {f"{f.relative_to(ROOT)}/" for package in PACKAGES for f in package.rglob("*")
               if f.is_dir() and "cache" not in str(f) and holds_source(f)}  # fmt: skip
    assert sorted(folders - NAMED) == []


def test_every_module_at_the_top_is_named() -> None:
    found = [file for package in PACKAGES for file in package.glob("*.py")]
    modules = {str(f.relative_to(ROOT)) for f in found} - {"src/regulars_server/__init__.py"}
    assert sorted(modules - NAMED) == []


def test_linked_files_exist() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    link = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
    links = [(page, target) for page in pages for target in link.findall(page.read_text("utf-8"))]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page, target in links
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs/decisions"
    listed = (folder / "index.md").read_text(encoding="utf-8")
    pages = sorted(page.name for page in folder.glob("0*.md"))
    assert [page for page in pages if f"({page})" not in listed] == []
    for page in pages:
        text = (folder / page).read_text(encoding="utf-8")
        for head in (
            "**Context.**",
            "**Choice.**",
            "**Price.**",
            "**What would change our mind.**",
        ):
            assert head in text, f"{page} lacks {head}"


def test_every_dependency_has_a_decision() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        wanted += extra
    said = " ".join(
        page.read_text(encoding="utf-8").lower() for page in (ROOT / "docs/decisions").glob("0*.md")
    )
    known = {"adbc-driver-manager": "adbc", "adbc-driver-postgresql": "adbc",
             "vl-convert-python": "vl-convert"}  # fmt: skip
    names = [re.split(r"[<>=~! \[]", line)[0].lower() for line in wanted]
    assert [name for name in names if known.get(name, name) not in said] == []
