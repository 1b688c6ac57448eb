"""The country whose telephone numbers a workspace's files hold, when nobody said it."""

from __future__ import annotations

import zoneinfo
from pathlib import Path

from regulars.errors import ParameterError

# Currencies of one country; others (EUR, XOF) leave it open.
_BY_CURRENCY = {
    "AUD": "AU", "BRL": "BR", "CAD": "CA", "CNY": "CN", "CZK": "CZ", "DKK": "DK", "GBP": "GB",
    "HKD": "HK", "HUF": "HU", "IDR": "ID", "INR": "IN", "JPY": "JP", "KRW": "KR", "MXN": "MX",
    "MYR": "MY", "NOK": "NO", "NZD": "NZ", "PHP": "PH", "PLN": "PL", "SEK": "SE", "SGD": "SG",
    "THB": "TH", "TRY": "TR", "TWD": "TW", "USD": "US", "VND": "VN", "ZAR": "ZA",
}  # fmt: skip


def region_of(*, zone: str, currency: str) -> str:
    """Two letters of the country that the time zone lies in, else that the currency belongs to.

    Raises
    ------
    ParameterError : neither tells; the message asks for it.
    """
    found = _zones().get(zone) or _BY_CURRENCY.get(currency)
    if found is None:
        raise ParameterError(
            f"Neither {zone} nor {currency} tells which country's telephone numbers these are: "
            "name it with --region, e.g. --region DE, or as region under [identities] in "
            "regulars.toml."
        )
    return found


def _zones() -> dict[str, str]:
    """The country of each zone, from the tables that come with the system's time zones."""
    for folder in zoneinfo.TZPATH:
        table = Path(folder) / "zone.tab"
        if table.is_file():
            return _read(table.read_text("utf-8"))
    try:
        from importlib.resources import files

        return _read((files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8"))
    except (ImportError, OSError):
        return {}


def _read(text: str) -> dict[str, str]:
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows if len(row) > 2}
