"""`python -m regulars_server.words`: adds words that are new to the catalogues, and compiles them.

Needs Babel, which developers and the building of the package have; a running server does not.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LANGUAGE = "zh_Hans"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
Message = str | tuple[str, ...]
# What stands in no capability's folder is translated in that of the shell.
SHELL = "console"


def catalogues() -> dict[str, Path]:
    """The catalogue of each capability by its folder's name."""
    apps = sorted(file.parent for file in ROOT.glob("**/capability.py") if file.parent != ROOT)
    names = {str(app.relative_to(ROOT)): app for app in apps}
    return {n: a / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po" for n, a in names.items()}


def used(name: str) -> list[Message]:
    """Every message that the sources of a capability mark for translation, in their order."""
    found: dict[Message, None] = {}
    for file in _sources(name):
        found |= dict.fromkeys(_messages(file))
    return list(found)


def _sources(name: str) -> Iterator[Path]:
    own = ROOT / name
    others = [ROOT / other for other in catalogues() if other != SHELL]
    below = ROOT if name == SHELL else own
    for file in sorted([*below.rglob("*.py"), *below.rglob("*.html")]):
        elsewhere = any(file.is_relative_to(other) and other != own for other in others)
        if file != Path(__file__).resolve() and not elsewhere:
            yield file


def _messages(file: Path) -> Iterator[Message]:
    from babel.messages.extract import extract
    from django.utils.translation.template import templatize

    text = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        # Django turns a template into text in which only what is marked looks like Python.
        text = "\n".join(line.lstrip() for line in templatize(text).splitlines())
    for _line, message, _comments, _context in extract(
        "python", io.BytesIO(text.encode()), keywords=KEYWORDS
    ):
        yield tuple(message) if isinstance(message, (tuple, list)) else message


def missing(name: str) -> list[Message]:
    """The messages of a capability that its catalogue does not translate."""
    done = _translated(catalogues()[name])
    return [message for message in used(name) if _key(message) not in done]


def left_over(name: str) -> list[str]:
    """The messages that a catalogue translates and nobody uses any more."""
    return sorted(_translated(catalogues()[name]) - {_key(message) for message in used(name)})


def _key(message: str | Sequence[str]) -> str:
    return message if isinstance(message, str) else message[0]


def _translated(file: Path) -> set[str]:
    from babel.messages.pofile import read_po

    if not file.is_file():
        return set()
    with file.open("rb") as text:
        catalogue = read_po(text, locale=LANGUAGE)
    return {_key(m.id) for m in catalogue if m.id and _whole(m.string) and not m.fuzzy}


def _whole(translation: object) -> bool:
    parts = translation if isinstance(translation, (tuple, list)) else [translation]
    return all(parts)


def add(name: str) -> int:
    """Append what is missing to a catalogue, untranslated; returns how many were added."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po, write_po

    file = catalogues()[name]
    catalogue = Catalog(locale=LANGUAGE, charset="utf-8", fuzzy=False, header_comment="")
    if file.is_file():
        with file.open("rb") as text:
            catalogue = read_po(text, locale=LANGUAGE)
    wanted = used(name)
    new = [message for message in wanted if catalogue.get(_key(message)) is None]
    for message in new:
        catalogue.add(message)
    for key in set(left_over(name)):
        catalogue.delete(key)
    if not wanted:
        return 0
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        # No dates, versions or addresses: two who add words do not meet in the same lines.
        write_po(out, catalogue, omit_header=False, width=100, no_location=True)
    file.write_text(_plain(file.read_text(encoding="utf-8")), encoding="utf-8")
    return len(new)


def _plain(text: str) -> str:
    keep = ('"Content-Type', '"Plural-Forms', '"Language:')
    _head, _, rest = text.partition("\n\n")
    lines = [line for line in _head.splitlines() if line.startswith(keep)]
    return "\n".join(['msgid ""', 'msgstr ""', *lines]) + "\n\n" + rest.lstrip("\n")


def compile_all() -> int:
    """Write the compiled form beside each catalogue; returns how many there are."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    files = sorted(ROOT.glob("**/locale/*/LC_MESSAGES/django.po"))
    for file in files:
        with file.open("rb") as text:
            catalogue = read_po(text, locale=LANGUAGE, abort_invalid=True)
        aside = file.with_suffix(f".{os.getpid()}")
        with aside.open("wb") as out:
            write_mo(out, catalogue)
        aside.replace(file.with_suffix(".mo"))
    return len(files)


def main() -> None:
    for name in catalogues():
        added = add(name)
        sys.stdout.write(f"{name}: {added} new, {len(missing(name))} to translate\n")
    compile_all()


if __name__ == "__main__":
    main()
