"""A workspace's settings: the file regulars.toml, read with tomllib and written by section."""

from __future__ import annotations

import fcntl
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from regulars.errors import ParameterError, WorkspaceError

FILE = "regulars.toml"
SCHEMA = 2
_OWN = (FILE, "facts", "snapshots", "fits", "scratch", ".running", "runs.jsonl")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What regulars.toml says.

    Attributes
    ----------
    root : the workspace's folder.
    zone : IANA time zone in which days are counted; fixed once facts are imported.
    currency : reporting currency, ISO 4217; ``exponent`` its decimals.
    engine : where questions are computed, by URL.
    mappings : saved column mappings, ``{table: {source: {...}}}``.
    schema : the form that the workspace is in; `regulars.upkeep.upgrade` brings it to ours.
    erasures : a file elsewhere to which each forgetting writes the list of the forgotten.
    identities : how customers are matched: ``region`` of telephone numbers, ``same_ids`` lists of
        sources whose ids mean the same.
    lake : whether facts are imported and kept here; else they are read from the engine's tables.
    facts : without a lake, which table of the engine is which fact, ``{table: {...}}``.
    source : without a lake, the system whose customer ids the tables carry.
    value : how value is counted in snapshots: parameters of the analysis `value`.
    """

    root: Path
    zone: str
    currency: str
    exponent: int
    engine: str = "duckdb"
    mappings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    schema: int = SCHEMA
    erasures: Path | None = None
    identities: Mapping[str, Any] = field(default_factory=dict)
    lake: bool = True
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    source: str = "shop"
    value: Mapping[str, Any] = field(default_factory=dict)

    @property
    def engine_shown(self) -> str:
        """The engine's URL without its password."""
        from regulars.engines.engine import without_password

        return without_password(self.engine)

    @property
    def name(self) -> str:
        return self.root.name


def check(*, zone: str, currency: str) -> int:
    """The currency's exponent, when both words are known.

    Raises
    ------
    ParameterError : no such time zone or currency.
    """
    from regulars.facts.money import exponent

    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ParameterError(
            f"there is no time zone {zone!r}; write an IANA name such as Europe/Berlin"
        ) from None
    return exponent(currency)


def read(root: Path) -> Settings:
    """The settings of a workspace.

    Raises
    ------
    WorkspaceError : no workspace, broken settings, or made by a newer program.
    """
    path = root / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise WorkspaceError(
            f"{root} is no workspace: it has no {FILE}. Make one with `regulars init {root}`."
        ) from None
    return parse(text, root)


@lru_cache(maxsize=64)
def parse(text: str, root: Path) -> Settings:
    """The settings that a regulars.toml of this folder would say.

    A server opens its workspace several times a request: the same text is read once.
    """
    path = root / FILE
    try:
        kept = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WorkspaceError(f"{path} cannot be read: {error}") from None
    own = kept.get("workspace", {})
    if not isinstance(own.get("schema", 0), int):
        raise WorkspaceError(f"{path}: schema is a whole number")
    missing = [word for word in ("schema", "zone", "currency") if word not in own]
    if missing:
        raise WorkspaceError(f"{path} lacks {', '.join(missing)} under [workspace]")
    if own["schema"] > SCHEMA:
        raise WorkspaceError(
            f"{root} was made by a newer Regulars (workspace schema {own['schema']}, this program"
            f" knows {SCHEMA}); upgrade the program. Nothing was changed."
        )
    return Settings(
        root=root,
        zone=own["zone"],
        currency=own["currency"],
        exponent=check(zone=own["zone"], currency=own["currency"]),
        engine=own.get("engine", "duckdb"),
        mappings=kept.get("mappings", {}),
        schema=own["schema"],
        erasures=root / own["erasures"] if own.get("erasures") else None,
        identities=kept.get("identities", {}),
        value=kept.get("value", {}),
        lake=own.get("lake", True),
        facts=kept.get("facts", {}),
        source=own.get("source", "shop"),
    )


def check_output(path: Path) -> None:
    """Refuse to write an answer over what a workspace is made of.

    Raises
    ------
    ParameterError : the path is a workspace's own.
    """
    path = path.resolve()
    for root in path.parents:
        if path.relative_to(root).parts[0] in _OWN and (root / FILE).is_file():
            raise ParameterError(f"{path} belongs to the workspace itself; name another file.")


def write_new(root: Path, *, zone: str, currency: str, engine: str, lake: bool = True) -> None:
    """The first regulars.toml of a workspace."""
    lines = [
        "# A Regulars workspace. zone and currency are fixed once facts are imported.",
        "[workspace]",
        f"schema = {SCHEMA}",
        f"zone = {_text(zone)}",
        f"currency = {_text(currency)}",
        f"engine = {_text(engine)}",
        *([] if lake else ["lake = false  # facts are read from the engine's own tables"]),
    ]
    _replace(root / FILE, "\n".join(lines) + "\n")


def write_schema(root: Path, schema: int) -> None:
    """Say which form the workspace is in; the rest of the file stays as it is."""
    path = root / FILE
    with _changing(root):
        old = path.read_text(encoding="utf-8")
        new, found = re.subn(
            r"(?m)(\[workspace\](?:\n(?!\[).*)*?\n\s*schema\s*=\s*)\d+",
            rf"\g<1>{schema}",
            old,
            count=1,
        )
        if found != 1 or tomllib.loads(new)["workspace"]["schema"] != schema:
            raise WorkspaceError(f"{path}: write `schema = {schema}` under [workspace] by hand.")
        _replace(path, new)


def save_mapping(root: Path, table: str, source: str, mapping: Mapping[str, Any]) -> None:
    """Write one mapping of files."""
    _save(root, f"mappings.{_key(table)}.{_key(source)}", mapping)


def save_value(root: Path, value: Mapping[str, Any]) -> None:
    """Write how snapshots count value."""
    _save(root, "value", value)


def save_fact(root: Path, table: str, mapping: Mapping[str, Any]) -> None:
    """Write which table of the engine is a fact."""
    _save(root, f"facts.{_key(table)}", mapping)


def _save(root: Path, head: str, mapping: Mapping[str, Any]) -> None:
    """Write one section; the rest of the file, comments too, stays as it is."""
    path = root / FILE
    lines = [f"[{head}]"]
    tables = {k: v for k, v in mapping.items() if isinstance(v, Mapping)}
    lines += [f"{_key(k)} = {_value(v)}" for k, v in mapping.items() if k not in tables]
    for name, values in tables.items():
        lines.append(f"[{head}.{_key(name)}]")
        lines += [f"{_key(k)} = {_value(v)}" for k, v in values.items()]
    with _changing(root):
        old = path.read_text(encoding="utf-8")
        kept = _without(old, head).rstrip("\n")
        new = f"{kept}\n\n" + "\n".join(lines) + "\n"
        tomllib.loads(new)  # never leave behind what cannot be read again
        _replace(path, new)


@contextmanager
def _changing(root: Path) -> Iterator[None]:
    """Hold off others who change the file: each writes the whole of it, as it read it."""
    handle = os.open(root, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _without(text: str, head: str) -> str:
    """The file without a section and its parts."""
    keep = True
    lines = []
    for line in text.splitlines():
        if line.startswith("["):
            keep = not (line.startswith((f"[{head}]", f"[{head}.")))
        if keep:
            lines.append(line)
    return "\n".join(lines)


def _replace(path: Path, text: str) -> None:
    aside = path.with_suffix(".toml.writing")
    with aside.open("w", encoding="utf-8") as file:
        if _holds_password(text) or _is_private(path):
            os.chmod(file.fileno(), 0o600)  # nobody else's to read
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)


def make_private(path: Path) -> None:
    """Close a settings file that holds a password to everybody but its owner."""
    if _holds_password(path.read_text(encoding="utf-8")):
        os.chmod(path, 0o600)


def _is_private(path: Path) -> bool:
    return path.exists() and not path.stat().st_mode & 0o077


def _holds_password(text: str) -> bool:
    from regulars.engines.engine import without_password

    return any(without_password(line) != line for line in text.splitlines() if "://" in line)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(value: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which JSON leaves bare.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(v) for v in value)}]"
    return _text(str(value))
