"""Errors of the library as users of the console read them, in their language.

The library says what is wrong in one English sentence with its values in it, for Python and the
command line. Here stand those sentences that somebody at a page can meet, in words of the console
where they speak of options of a command. A test holds each to the library's source. A sentence that
does not stand here is shown as the library says it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from regulars.facts.reasons import REASONS

_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Word:
    """A sentence: as the console says it, and as the library does where that differs."""

    says: str
    library: str = ""

    @property
    def source(self) -> str:
        return self.library or self.says

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What the library's sentence looks like with values in it."""
        parts = _PLACE.split(self.source)
        said = [
            f"(?P<{part}>.*?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
        ]
        return re.compile("".join(said), re.DOTALL)


# The first that fits counts: what says more stands before what says less.
WORDS: tuple[Word, ...] = (
    Word(says=_("There is no file %(file)s.")),
    Word(
        says=_("%(file)s is %(kind)s. Save it as CSV, XLSX or Parquet."),
        library=(
            "%(file)s is %(kind)s. Regulars reads CSV (also .gz and .zst), Parquet and XLSX: "
            "export it as one of these."
        ),
    ),
    Word(
        says=_(
            "%(file)s says %(one)s by its ending but holds %(other)s. If that is right, "
            "rename it to end in %(ending)s; if not, export it again."
        )
    ),
    Word(says=_("The file %(file)s is empty: no visible sheet holds anything.")),
    Word(says=_("The file %(file)s is empty.")),
    Word(
        says=_(
            "%(file)s cannot be read as Parquet: it is damaged or cut short. Write it "
            "again, or fetch it again."
        ),
        library=(
            "%(file)s cannot be read as Parquet: %(why)s. It is damaged or cut short: "
            "write it again, or fetch it again."
        ),
    ),
    Word(says=_("%(file)s has no sheet %(sheet)s; its sheets: %(sheets)s.")),
    Word(says=_("%(file)s is locked with a password: save it without one.")),
    Word(says=_("%(file)s is too large for an old .xls file: save it as CSV.")),
    Word(
        says=_(
            "%(file)s spans %(rows)s rows and %(columns)s columns, more cells than the "
            "%(most)s that are read from a spreadsheet. Remove what stands far outside the "
            "table, or save it as CSV."
        )
    ),
    Word(
        says=_(
            "%(file)s, sheet %(sheet)s, row %(row)s: the row holds more than %(most)s "
            "characters. Take it out and import the file again."
        )
    ),
    Word(says=_("%(file)s, sheet %(sheet)s: no row of column names was found.")),
    Word(says=_("%(file)s, sheet %(sheet)s: there is no row %(row)s of %(names)s.")),
    Word(
        says=_(
            "%(file)s: more lines with an unclosed quotation mark than can be taken out; "
            "please export the file again with quotation marks doubled inside quoted fields."
        )
    ),
    Word(says=_("The encoding %(encoding)s is unknown.")),
    Word(says=_("%(file)s holds no text but %(kind)s. Unpack it and import what is in it.")),
    Word(
        says=_("%(file)s is damaged or cut short. Nothing was changed. Fetch it again."),
        library=(
            "%(file)s is damaged or cut short (%(why)s). Nothing was changed. Fetch it again."
        ),
    ),
    Word(
        says=_(
            "%(file)s unpacks to more than %(times)s times its size, as a zip bomb does. "
            "Nothing was changed. If it is yours, unpack it yourself and import the result."
        )
    ),
    Word(
        says=_(
            "%(file)s unpacks to more than %(most)s. Nothing was changed. If it is yours, "
            "unpack it yourself and import the parts."
        )
    ),
    Word(says=_("Reading .zst files needs an extra: pip install regulars[files]")),
    Word(
        says=_(
            "Reading spreadsheets needs an extra: pip install regulars[files]; or save the "
            "file as CSV."
        )
    ),
    Word(
        says=_(
            "%(file)s, line %(line)s, column %(column)s: %(example)s may be read with "
            "the day or with the month first, and no row decides which. Nothing was "
            "changed. Say below how days are written."
        ),
        library=(
            "%(file)s, line %(line)s, column %(column)s: %(example)s may be read with "
            "the day or with the month first, and no row decides which. Nothing was "
            "changed. Say --date-order dmy (day first) or --date-order mdy (month first)."
        ),
    ),
    Word(
        says=_(
            "%(field)s is to be taken from the column %(column)s, but %(file)s has: "
            "%(columns)s. Correct the file, or choose another column."
        ),
        library=(
            "The mapping takes %(field)s from the column %(column)s, but %(file)s has: "
            "%(columns)s. Correct the file, or say which column it is with --mapping "
            "%(again)s=COLUMN."
        ),
    ),
    Word(
        says=_(
            "%(table)s needs %(field)s, and no column was taken for it. There are: "
            "%(columns)s. Choose one."
        ),
        library=(
            "%(table)s needs %(field)s and no column of %(file)s was taken for it. It "
            "has: %(columns)s. Say which one it is with --mapping %(again)s=COLUMN."
        ),
    ),
    Word(
        says=_("%(field)s is filled from more than one column."),
        library=("The mapping of %(table)s fills %(field)s from more than one column."),
    ),
    Word(says=_("%(table)s has no field %(field)s; its fields: %(fields)s.")),
    Word(
        says=_(
            "%(file)s has the column %(column)s, which was not there before, and the "
            "rows may mean something else without it. Nothing was changed. Choose what "
            "it is, or leave it out."
        ),
        library=(
            "%(file)s has the column %(column)s, which the mapping saved for %(table)s "
            "from %(source)s does not read, and its rows may mean something else without "
            "it. Nothing was changed. To read it: %(read)s; to leave it out: %(leave)s."
        ),
    ),
    Word(
        says=_(
            "%(bad)s of %(read)s rows were rejected, more than the limit of %(limit)s: "
            "%(reasons)s. Nothing was changed. Download the rejected rows; correct the "
            "file or the columns."
        ),
        library=(
            "%(bad)s of %(read)s rows were rejected, more than the limit of %(limit)s: "
            "%(reasons)s. Nothing was changed. See them with `regulars rejects "
            "%(number)s`; correct the file or the mapping, or take the good rows with a "
            "higher --reject-limit."
        ),
    ),
    Word(says=_("%(zone)s is no IANA time zone such as Europe/Berlin or Asia/Shanghai.")),
    Word(says=_("%(currency)s is no ISO 4217 currency code such as USD, EUR or CNY.")),
    Word(
        says=_("%(table)s is kept by Regulars itself; no file is imported into it."),
        library=(
            "%(table)s is kept by Regulars itself (see `regulars identities`); no file "
            "is imported into it."
        ),
    ),
    Word(
        says=_(
            "The facts could not be written: no room on the disk, or no right to. "
            "Nothing was changed."
        ),
        library=("%(why)s: %(folder)s. Nothing was changed; the facts are as they were."),
    ),
    Word(says=_("There is no import %(number)s.")),
    Word(says=_("There is no fact table %(name)s.%(nearest)s Tables: %(tables)s.")),
    Word(
        says=_("There is no facts version %(number)s."),
        library=("There is no facts version %(number)s.%(oldest)s"),
    ),
    Word(
        says=_(
            "%(table)s as of facts version %(number)s is gone: somebody was forgotten with "
            "all they did. Use the current version."
        )
    ),
    Word(
        says=_("There is no analysis %(name)s; %(nearest)s"),
        library=("there is no analysis %(name)s; %(nearest)s"),
    ),
    Word(
        says=_("There is no parameter %(name)s%(nearest)s"),
        library=("there is no parameter %(name)s%(nearest)s"),
    ),
    Word(says=_("by is one of %(known)s, not %(given)s")),
    Word(says=_("%(name)s is at least %(least)s, not %(given)s")),
    Word(says=_("%(name)s is at most %(most)s, not %(given)s")),
    Word(says=_("%(name)s is one of %(known)s, not %(given)s")),
    Word(says=_("%(name)s is required")),
    Word(says=_("%(name)s does not read orders and cannot be cut by %(by)s")),
    Word(says=_("%(name)s has its own column %(by)s; leave out by")),
    Word(says=_("before (%(before)s) must end before after (%(after)s) starts")),
    Word(says=_("before needs after: say which later period it is compared with")),
    Word(says=_("the as-of day %(day)s lies inside the later period %(period)s")),
    Word(says=_("these days and windows lead out of the calendar")),
    Word(says=_("as_of: %(day)s is over %(years)s years after the last order, of %(last)s")),
    Word(
        says=_(
            "periods must be equally long: before has %(one)s days, after %(other)s; in the "
            "longer one everybody would look more frequent"
        )
    ),
    Word(
        says=_(
            "three periods in a row are needed; the history starts on %(day)s, after the "
            "first of them (%(begin)s..%(end)s)"
        )
    ),
    Word(says=_("no subscriptions of plan %(plan)s, auto_renew %(renew)s: %(why)s")),
    Word(
        says=_("There is no column %(name)s; the columns are %(columns)s"),
        library=("no column %(name)s; the columns are %(columns)s"),
    ),
    Word(says=_("several customers have this id; name one of %(ids)s")),
    Word(
        says=_("There is no customer %(id)s."),
        library=("there is no customer %(id)s"),
    ),
    Word(says=_("%(customer)s is not in the snapshot %(snapshot)s")),
)


def in_words(said: str) -> str:
    """What the library said, in the language of the page; as it is where it is not known here."""
    for word in WORDS:
        found = word.pattern.fullmatch(said)
        if found:
            return gettext(word.says) % _values(found.groupdict())
    return said


def _values(given: Mapping[str, str]) -> dict[str, str]:
    """The values; reasons of rejected rows among them have words of their own."""
    if not (get_language() or "").startswith("zh"):
        return dict(given)
    return {name: _reasons(text) if name == "reasons" else text for name, text in given.items()}


def _reasons(text: str) -> str:
    for reason in REASONS.values():
        text = text.replace(reason.en, reason.zh)
    return text.replace(", first in ", "，首见于").replace("; ", "；")
