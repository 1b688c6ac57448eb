"""What a data set is: its name, what must be said about it, and the files it can write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from regulars.declare import Text

Write = Callable[[Path], Mapping[str, Path]]


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """Data to try Regulars on.

    Attributes
    ----------
    name, title : what it is called, for the command line and for people.
    notice : what must be said wherever its figures are shown, most important first.
    zone, currency : IANA time zone and ISO 4217 code that a workspace for it is made with.
    write : writes one file a fact table into a folder, in the order of import; the columns of
        the files have the declared names, so that nothing is left to guess.
    """

    name: str
    title: Text
    notice: tuple[Text, ...]
    zone: str
    currency: str
    write: Write
