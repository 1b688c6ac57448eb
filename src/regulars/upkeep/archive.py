"""The archive of a backup: a plain tar of files, ending with a manifest of sizes and hashes.

Plain, because what fills it is Parquet and compressed already; any ``tar`` opens it. The manifest
comes last, so that the archive is written in one pass; an archive cut short has none.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from regulars.errors import WorkspaceError

FORMAT = 1
KIND = "regulars-backup"
MANIFEST = "MANIFEST.json"
_BLOCK = 2**20
_MANIFEST_LIMIT = 2**28
# What a workspace is made of; an archive that holds anything else is not ours.
_PLACES = re.compile(r"regulars\.toml|runs[^/]*\.jsonl|(facts|snapshots|fits)/.+")


class Vanished(Exception):
    """A file that was to be copied is gone: somebody was forgotten meanwhile."""


@dataclass(frozen=True)
class Copied:
    """A file of the archive."""

    path: str
    bytes: int
    sha256: str


class Writer:
    """Writes files into a tar, hashing what goes through."""

    def __init__(self, file: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.copied: list[Copied] = []

    def add(self, source: Path, name: str, *, private: bool = False) -> None:
        """Copy a file as long as it is now; one that grows meanwhile is copied to that length.

        What only its owner may read is only its owner's again when it is restored.
        """
        try:
            file = source.open("rb")
        except FileNotFoundError:
            raise Vanished(name) from None
        with file:
            stat = os.fstat(file.fileno())
            private = private or not stat.st_mode & 0o077
            through = _Hashing(file)
            self._tar.addfile(_entry(name, stat.st_size, int(stat.st_mtime), private), through)
        self.copied.append(Copied(name, stat.st_size, through.hexdigest()))

    def close(self, manifest: dict[str, Any]) -> None:
        """Write the manifest and end the archive."""
        import io

        kept = {"kind": KIND, "format": FORMAT, **manifest}
        kept["files"] = [vars(one) for one in self.copied]
        said = json.dumps(kept, ensure_ascii=False, indent=1).encode()
        self._tar.addfile(_entry(MANIFEST, len(said), 0, False), io.BytesIO(said))
        self._tar.close()


def _entry(name: str, size: int, mtime: int, private: bool) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, mtime, 0o600 if private else 0o644
    return entry


class _Hashing:
    """Reads on, and hashes what it has read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        read = self._file.read(size)
        self._hash.update(read)
        return read

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def verify(path: Path) -> dict[str, Any]:
    """Read the whole archive, compare every file with the manifest, and return that.

    Raises
    ------
    WorkspaceError : no backup, cut short, changed, or with entries that no backup has.
    """
    found: dict[str, Copied] = {}
    manifest: dict[str, Any] | None = None
    with _in_words(path):
        for entry, file in _entries(path):
            if manifest is not None or entry.name in found:
                raise WorkspaceError(
                    f"{path} holds {entry.name!r} in a place where no backup has it."
                )
            if entry.name == MANIFEST:
                manifest = _read_manifest(path, entry, file)
            else:
                found[entry.name] = _hash(entry, file)
    if manifest is None:
        raise WorkspaceError(f"{path} is cut short: it ends without {MANIFEST}.")
    listed = {one["path"]: Copied(**one) for one in manifest["files"]}
    differing = sorted(n for n in {*found, *listed} if found.get(n) != listed.get(n))
    if differing:
        raise WorkspaceError(
            f"{path} is damaged: {len(differing)} of {len(listed)} files differ from what was "
            f"backed up, the first is {differing[0]}."
        )
    return manifest


def extract(
    path: Path, folder: Path, manifest: dict[str, Any], *, renamed: Mapping[str, str]
) -> Iterator[str]:
    """Write the files of a verified archive into a folder; gives each name when it is on disk.

    Parameters
    ----------
    renamed : names in the folder that differ from those in the archive.

    Raises
    ------
    WorkspaceError : the archive has changed since it was verified.
    """
    listed = {one["path"]: Copied(**one) for one in manifest["files"]}
    with _in_words(path):
        for entry, file in _entries(path):
            if entry.name == MANIFEST:
                continue
            if listed.get(entry.name) != _write(
                entry, file, folder / renamed.get(entry.name, entry.name)
            ):
                raise WorkspaceError(f"{path} changed while it was read, at {entry.name}.")
            yield entry.name


def _write(entry: tarfile.TarInfo, file: IO[bytes], target: Path) -> Copied:
    target.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    handle = os.open(target, flags, 0o600 if entry.mode == 0o600 else 0o644)
    with os.fdopen(handle, "wb") as to:
        copied = _hash(entry, file, to)
        to.flush()
        os.fsync(to.fileno())
    return copied


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        if error.filename != str(path):
            raise
        raise WorkspaceError(f"There is no backup {path}.") from None
    except IsADirectoryError:
        raise WorkspaceError(f"{path} is a folder; name the backup file in it.") from None
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise WorkspaceError(f"{path} is no whole backup: {error}.") from None


def _entries(path: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    """The files of the archive; a wrong entry is refused before anything of it is used."""
    with tarfile.open(path, "r:") as tar:
        for entry in tar:
            _check_entry(path, entry)
            file = tar.extractfile(entry)
            assert file is not None
            yield entry, file


def _check_entry(path: Path, entry: tarfile.TarInfo) -> None:
    name = entry.name
    parts = PurePosixPath(name).parts
    plain = str(PurePosixPath(name)) == name and not {"..", ".", "/"} & set(parts)
    ours = name == MANIFEST or _PLACES.fullmatch(name)
    if not (entry.isreg() and not entry.issparse()):
        raise WorkspaceError(f"{path} holds {name!r}, a link or something else that is no file.")
    if not (plain and ours) or "\\" in name or any(ord(c) < 0x20 for c in name):
        raise WorkspaceError(f"{path} holds {name!r}, a path that no backup has.")


def _hash(entry: tarfile.TarInfo, file: IO[bytes], to: IO[bytes] | None = None) -> Copied:
    through = _Hashing(file)
    while block := through.read(_BLOCK):
        if to is not None:
            to.write(block)
    return Copied(entry.name, entry.size, through.hexdigest())


def _read_manifest(path: Path, entry: tarfile.TarInfo, file: IO[bytes]) -> dict[str, Any]:
    if entry.size > _MANIFEST_LIMIT:
        raise WorkspaceError(f"{path}: its manifest is too long to be one.")
    try:
        kept: dict[str, Any] = json.loads(file.read())
        kind, version, _ = kept["kind"], int(kept["format"]), [Copied(**f) for f in kept["files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(f"{path}: its manifest is damaged ({error}).") from None
    if kind != KIND:
        raise WorkspaceError(f"{path} is no backup of a workspace.")
    if version > FORMAT:
        raise WorkspaceError(f"{path} was made by a newer Regulars; upgrade this one to read it.")
    return kept
