"""The list of the forgotten as a file of its own, to be kept apart from what it is about.

It holds keyed hashes and instants, no name and not the secret: by itself it says nothing about
anybody. Together with a backup of the same workspace it says who in it has to go.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from regulars.errors import WorkspaceError
from regulars.facts.forgotten import SECRET, Erasure, Forgotten, joined, read_forgotten
from regulars.facts.lock import one_writer
from regulars.facts.versions import write_whole

FORMAT = 1
KIND = "regulars-erasures"
SUFFIX = ".erasures"


@dataclass(frozen=True)
class ErasureList:
    """Hashes of the forgotten, and which secret they are made with."""

    secret_id: str
    erasures: Mapping[str, Erasure]


def of_facts(facts: Path) -> Forgotten:
    """The list kept in the facts folder; the secret is made under the lock where none is yet."""
    if not (facts / SECRET).exists():
        facts.mkdir(parents=True, exist_ok=True)
        with one_writer(facts / ".lock", "making the secret of the forgotten"):
            return read_forgotten(facts)
    return read_forgotten(facts)


def export(facts: Path, target: Path) -> int:
    """Write the list to a file, with what that file already says; returns how many ids.

    Raises
    ------
    WorkspaceError : the file is there and is the list of another workspace, or no list.
    """
    if not target.absolute().parent.is_dir():
        raise WorkspaceError(f"There is no folder {target.absolute().parent} to write to.")
    # Two at once, each with the list as it read it: the later must not write the shorter one.
    with one_writer(target.with_name(f".{target.name}.lock"), "writing the list"):
        own = of_facts(facts)
        erasures: Mapping[str, Erasure] = own.erasures
        if target.exists():
            before = read_erasures(target, secret_id=own.secret_id)
            erasures = joined(before.erasures, own.erasures.values())
        kept = {
            "kind": KIND,
            "format": FORMAT,
            "secret_id": own.secret_id,
            "forgotten": [asdict(erasures[h]) for h in sorted(erasures)],
        }
        write_whole(target, json.dumps(kept, indent=1).encode())
    return len(erasures)


def beside(folder: Path, secret_id: str) -> list[Path]:
    """The lists in a folder that are of this secret."""
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            if _load(path)["secret_id"] == secret_id:
                found.append(path)
        except WorkspaceError:
            continue
    return found


def read_erasures(path: Path, *, secret_id: str) -> ErasureList:
    """The list in a file, or of a workspace when ``path`` is its folder.

    Raises
    ------
    WorkspaceError : no list, or one of another workspace, whose hashes would match nobody.
    """
    if path.is_dir():
        found = _of_workspace(path)
    else:
        kept = _load(path)
        found = ErasureList(str(kept["secret_id"]), _erasures(path, kept["forgotten"]))
    if found.secret_id != secret_id:
        raise WorkspaceError(
            f"{path} is the list of another workspace: its hashes were made with another secret "
            "and would find nobody here."
        )
    return found


def _of_workspace(path: Path) -> ErasureList:
    if not (path / "facts" / SECRET).exists():
        raise WorkspaceError(f"{path} is no workspace that has forgotten anybody.")
    own = read_forgotten(path / "facts")
    return ErasureList(own.secret_id, own.erasures)


def _load(path: Path) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
        known = kept["kind"] == KIND and bool(kept["secret_id"]) and "forgotten" in kept
        newer = int(kept["format"]) > FORMAT
    except FileNotFoundError:
        raise WorkspaceError(f"There is no list of the forgotten {path}.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(f"{path} is no list of the forgotten ({error}).") from None
    if not known or newer:
        why = "was written by a newer Regulars" if newer else "is no list of the forgotten"
        raise WorkspaceError(f"{path} {why}.")
    return kept


def _erasures(path: Path, listed: Iterable[Mapping[str, Any]]) -> dict[str, Erasure]:
    try:
        found = [Erasure(**one) for one in listed]
        for one in found:
            if len(bytes.fromhex(one.hash)) != 32 or not isinstance(one.purged, bool):
                raise ValueError(one.hash)
    except (TypeError, ValueError) as error:
        raise WorkspaceError(f"{path} is damaged: {error}.") from None
    return {one.hash: one for one in found}
