"""Packed files unpacked as a stream, under limits that a zip bomb meets before it does harm."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any, cast

from regulars.errors import FactsError, MissingExtra
from regulars.facts.filekind import GZIP, TEXT, content_kind

BLOCK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How far a packed file may unpack.

    Attributes
    ----------
    most : bytes in all.
    ratio : bytes out for one byte in, looked at once more than ``free`` bytes have come out.
        Tables of orders pack about 5 to 20 times; a bomb 1,000 times and more.
    """

    most: int = 64 << 30
    ratio: int = 200
    free: int = 64 << 20

    def check(self, name: str, *, packed: int, unpacked: int) -> None:
        """Raise `FactsError` when a file has gone too far."""
        if unpacked > self.most:
            raise FactsError(
                f"{name} unpacks to more than {_size(self.most)}. Nothing was changed. If it is "
                "yours, unpack it yourself and import the parts."
            )
        if unpacked > self.free and unpacked > self.ratio * max(packed, 1):
            raise FactsError(
                f"{name} unpacks to more than {self.ratio} times its size, as a zip bomb does. "
                "Nothing was changed. If it is yours, unpack it yourself and import the result."
            )


LIMITS = Limits()


def unpack(
    path: Path,
    kind: str,
    work: Path,
    *,
    limits: Limits | None = None,
    enough: int | None = None,
    tell: Callable[[float], None] | None = None,
) -> Path:
    """The text within a gzip or zstd file, unpacked into the working folder.

    Parameters
    ----------
    enough : stop after about so many bytes (to look at the beginning only).
    tell : told the packed bytes read so far.

    Raises
    ------
    FactsError : damaged, cut short, no text, or past the limits.
    """
    limits = limits or LIMITS
    target = work / f"{path.stem}.{abs(hash(str(path)))}.txt"
    done = 0
    with path.open("rb") as packed, _opened(packed, kind) as file, target.open("wb") as out:
        while block := _read(path, file):
            if not done:
                _check_text(path, block)
            done += len(block)
            limits.check(path.name, packed=packed.tell(), unpacked=done)
            out.write(block)
            if tell:
                tell(packed.tell())
            if enough is not None and done >= enough:
                break
    return target


def _read(path: Path, file: IO[bytes]) -> bytes:
    try:
        return file.read(BLOCK)
    except Exception as error:
        if not _is_damage(error):
            raise
        raise FactsError(
            f"{path.name} is damaged or cut short ({error}). Nothing was changed. Fetch it again."
        ) from error


def _opened(packed: IO[bytes], kind: str) -> IO[bytes]:
    if kind == GZIP:
        return cast(IO[bytes], gzip.GzipFile(fileobj=packed))
    zstd = _zstd()
    # What a frame may ask to be remembered: 128 MB, and no gigabytes.
    options = {zstd.DecompressionParameter.window_log_max: 27}
    return cast(IO[bytes], zstd.ZstdFile(packed, options=options))


def _zstd() -> Any:
    """Python's own module from 3.14 on, and before that the same under another name."""
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return import_module(name)
        except ImportError:
            continue
    raise MissingExtra("Reading .zst files needs an extra: pip install regulars[files]")


def _is_damage(error: Exception) -> bool:
    return isinstance(error, EOFError | OSError | zlib.error) or type(error).__name__ == "ZstdError"


def _check_text(path: Path, block: bytes) -> None:
    kind = content_kind(block[:512])
    if kind != TEXT:
        raise FactsError(
            f"{path.name} holds no text but {kind if ' ' in kind else f'a {kind} file'}. "
            "Unpack it and import what is in it."
        )


def _size(count: int) -> str:
    for unit, size in (("GB", 1 << 30), ("MB", 1 << 20)):
        if count >= size:
            return f"{count / size:,.0f} {unit}"
    return f"{count:,} bytes"
