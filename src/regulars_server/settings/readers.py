"""What a setting's text is turned into. Every reader says in words what it wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

WORDS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def text(given: str) -> str:
    return given


def folder(given: str) -> Path:
    if not given:
        raise ValueError("name a folder")
    return Path(given).expanduser().absolute()


def yes_or_no(given: str) -> bool:
    if given.lower() not in WORDS:
        raise ValueError(f"{given!r} is neither yes nor no")
    return WORDS[given.lower()]


def whole(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`, both included."""

    def read(given: str) -> int:
        if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
            raise ValueError(f"{given!r} is no whole number from {least} to {most}")
        return int(given)

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    """A reader of one word among these."""

    def read(given: str) -> str:
        if given not in choices:
            raise ValueError(f"{given!r} is none of {', '.join(choices)}")
        return given

    return read


def secret(least: int) -> Callable[[str], str]:
    """A reader of a secret: empty, or of at least so many characters; never repeated in words."""

    def read(given: str) -> str:
        if given and len(given) < least:
            raise ValueError(f"shorter than {least} characters")
        return given

    return read


def address(given: str) -> tuple[str, int]:
    """Host and port to listen on, as ``127.0.0.1:8000`` or ``[::1]:8000``."""
    split = urlsplit(f"//{given}")
    try:
        host, port = split.hostname, split.port
    except ValueError:
        host, port = None, None
    if not host or not port or split.path or split.username:
        raise ValueError(f"{given!r} is not HOST:PORT")
    return host, port


def web_url(given: str) -> str:
    """The address that people type, without a path; ``https`` unless it is this machine's own."""
    split = urlsplit(given)
    if split.scheme not in ("http", "https") or not split.hostname:
        raise ValueError(f"{given!r} is no address like https://crm.example.com")
    if split.path not in ("", "/") or split.query or split.fragment or split.username:
        raise ValueError(f"{given!r} has more than scheme, host and port")
    if split.scheme == "http" and split.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError(f"{given!r} is not https: passwords and people's data would go in clear")
    return given.rstrip("/")
