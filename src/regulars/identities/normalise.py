"""One way of writing for what can be written in many: e-mail, telephone, card, name, address.

Each function takes a text as it stands in a file and gives the one form that is compared, or None
where the text says nothing: what is missing or invalid never matches. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from types import ModuleType
from typing import Literal

from regulars.errors import MissingExtra, ParameterError

Doubt = Literal["dummy", "role", "fixed_line"]

# Typed in where a field had to be filled. A run of one digit and a counting run are found by rule.
_DUMMY_PHONES = frozenset({"+8613800138000", "+8613800138001", "+8613012345678", "+12345678901"})
_DUMMY_DOMAINS = ("example.com", "example.org", "example.net", "test.com", "mailinator.com")
_DUMMY_LOCALS = frozenset(
    (
        "aa", "aaa", "abc", "asdf", "na", "n/a", "nobody", "nomail", "none", "null", "test",
        "unknown", "xx", "xxx", "xxxx", "keine",
    )
)  # fmt: skip
_ROLES = frozenset(
    (
        "accounting", "accounts", "admin", "administrator", "billing", "bestellung",
        "bookings", "buchhaltung", "contact", "customerservice", "einkauf", "empfang",
        "enquiries", "feedback", "finance", "hello", "help", "hr", "info", "invoice", "jobs",
        "kefu", "kontakt", "mail", "marketing", "no-reply", "noreply", "office", "order",
        "orders", "postmaster", "press", "purchasing", "reception", "reservations", "root",
        "sales", "service", "services", "shop", "support", "team", "verwaltung", "webmaster",
        "webshop", "xiaoshou",
    )
)  # fmt: skip
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_LOCAL = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_RUN = 7


def email(text: str | None, *, plus_tags: bool = True) -> str | None:
    """An e-mail address: blanks, case, width and Unicode domain made one; None when invalid.

    Parameters
    ----------
    plus_tags : keep ``+tag`` in the local part; without, ``anna+news@…`` is ``anna@…``, which is
        so at most providers and not at all.
    """
    local, _, domain = _plain(text).removeprefix("mailto:").rpartition("@")
    if not plus_tags:
        local = local.partition("+")[0]
    if not _LOCAL.fullmatch(local) or local.startswith(".") or ".." in local:
        return None
    try:
        domain = domain.rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return f"{local}@{domain}" if _DOMAIN.fullmatch(domain) else None


def email_doubt(address: str) -> Doubt | None:
    """Why a valid address may stand for nobody in particular."""
    local, _, domain = address.partition("@")
    if local in _DUMMY_LOCALS or ".".join(domain.split(".")[-2:]) in _DUMMY_DOMAINS:
        return "dummy"
    return "role" if local.partition("+")[0] in _ROLES else None


def phone(text: str | None, *, region: str) -> tuple[str, Doubt | None] | None:
    """A telephone number in E.164, and why it may stand for no single person; None when invalid.

    Parameters
    ----------
    region : the country that numbers without a country code belong to, e.g. ``"CN"``.

    Raises
    ------
    MissingExtra : phonenumbers is not installed.
    """
    phonenumbers = _phonenumbers()
    try:
        number = phonenumbers.parse(_plain(text), region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    kinds = phonenumbers.PhoneNumberType
    if _is_dummy_phone(written, str(number.national_number)):
        return written, "dummy"
    personal = (kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE, kinds.PERSONAL_NUMBER)
    if number.extension or phonenumbers.number_type(number) not in personal:
        # A line belongs to a household or a firm.
        return f"{written};{number.extension}" if number.extension else written, "fixed_line"
    return written, None


def _phonenumbers() -> ModuleType:
    try:
        import phonenumbers
    except ImportError:
        raise MissingExtra(
            "Telephone numbers are read with the package phonenumbers: install "
            "regulars[identity], or leave phone out of --by."
        ) from None
    return phonenumbers


def check_region(region: str) -> str:
    """The region in capitals.

    Raises
    ------
    ParameterError : there is no such region; MissingExtra : phonenumbers is not installed.
    """
    given = region.strip().upper()
    if given not in _phonenumbers().SUPPORTED_REGIONS:
        raise ParameterError(
            f"{region!r} is no region with telephone numbers; write two letters such as DE or CN."
        )
    return given


def _is_dummy_phone(written: str, national: str) -> bool:
    if written in _DUMMY_PHONES or len(set(national[-_RUN:])) == 1:
        return True
    if written.startswith("+1") and national[3:8] == "55501":
        return True  # kept free for films and forms
    tail = national[-_RUN:]
    return tail in "01234567890" or tail in "09876543210"


def card(text: str | None) -> str | None:
    """A card number: letters and digits only; None where it is too short or one digit repeated."""
    kept = re.sub(r"[^0-9a-z]", "", _plain(text))
    digits = sum(c.isdigit() for c in kept)
    return kept if digits >= 5 and len(set(kept)) > 1 else None


def name(text: str | None) -> str | None:
    """A name without case, accents, titles' dots and double blanks; None where nothing is left."""
    spread = unicodedata.normalize("NFD", _plain(text))
    bare = "".join(c for c in spread if not unicodedata.combining(c))
    words = re.sub(r"[^\w]+", " ", unicodedata.normalize("NFC", bare)).split()
    return " ".join(words) or None


def sorted_name(normal: str | None) -> str | None:
    """The words of a normalised name in alphabetical order, so that swapped fields are equal."""
    return " ".join(sorted(normal.split())) if normal else None


def address(text: str | None) -> str | None:
    """A postal address without case, accents and punctuation."""
    return name(text)


def _plain(text: str | None) -> str:
    """Compatibility forms made one, invisible characters gone, case folded, blanks trimmed."""
    if not text:
        return ""
    folded = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).casefold()
    return unicodedata.normalize("NFKC", folded).strip()
