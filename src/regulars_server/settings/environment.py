"""Settings from the environment: declared once with a type, read all at once, loud when wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")
PREFIX = "REGULARS_"


class SettingsError(Exception):
    """Some settings are wrong; the message names all of them, so that one start shows them all."""


@dataclass(frozen=True, kw_only=True)
class Setting(Generic[T]):
    """One setting.

    Attributes
    ----------
    name : the variable of the environment, and the name in `django.conf.settings`.
    read : turns its text into a value; raises ValueError in words.
    default : the text that is read where the variable is not set.
    text : what it does, for docs/operating/settings.md.
    shown : the default as the documentation says it, where the text alone would not tell.
    secret : whether ``NAME_FILE`` may name a file that holds the value, as systemd's credentials
        do, and whether messages leave its value out.
    """

    name: str
    read: Callable[[str], T]
    default: str
    text: str
    shown: str = ""
    secret: bool = False

    @property
    def value(self) -> T:
        """The value in force."""
        from django.conf import settings

        return cast(T, getattr(settings, self.name))


def read_all(declared: Iterable[Setting[Any]], environment: Mapping[str, str]) -> dict[str, Any]:
    """Values by name.

    Raises
    ------
    SettingsError : names every variable that is wrong, and every one that looks misspelt.
    """
    values: dict[str, Any] = {}
    faults: list[str] = []
    known = list(declared)
    for setting in known:
        try:
            values[setting.name] = setting.read(_text(setting, environment))
        except (ValueError, OSError) as error:
            faults.append(f"{setting.name}: {error}")
    faults += _misspelt(known, environment)
    if faults:
        raise SettingsError("The settings are wrong:\n  " + "\n  ".join(faults))
    return values


def _text(setting: Setting[Any], environment: Mapping[str, str]) -> str:
    file = environment.get(f"{setting.name}_FILE") if setting.secret else None
    if file is None:
        return environment.get(setting.name, setting.default)
    if setting.name in environment:
        raise ValueError(f"set it, or {setting.name}_FILE, not both")
    return Path(file).read_text(encoding="utf-8").strip()


def _misspelt(known: list[Setting[Any]], environment: Mapping[str, str]) -> list[str]:
    names = {setting.name for setting in known}
    names |= {f"{setting.name}_FILE" for setting in known if setting.secret}
    faults = []
    for name in sorted(set(environment) - names):
        near = get_close_matches(name, names, n=1, cutoff=0.85) if name.startswith(PREFIX) else []
        if near:
            faults.append(f"{name} is no setting. Did you mean {near[0]}?")
    return faults
