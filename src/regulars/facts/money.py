"""Currencies and their minor units."""

from __future__ import annotations

import re

from regulars.errors import ParameterError

# ISO 4217: every currency has two decimals but these.
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS = "CLF UYW"

_EXPONENTS = {
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
    **dict.fromkeys(_FOUR_DECIMALS.split(), 4),
}


# What files call currencies beside their codes, where it is clear which one is meant.
CURRENCY_WORDS = {
    "RMB": "CNY", "人民币": "CNY", "元": "CNY", "CN¥": "CNY", "US$": "USD", "美元": "USD",
    "€": "EUR", "EURO": "EUR", "欧元": "EUR", "£": "GBP", "英镑": "GBP", "日元": "JPY",
    "HK$": "HKD", "港币": "HKD", "港元": "HKD",
}  # fmt: skip


def exponent(currency: str) -> int:
    """How many decimals a currency's minor unit has (ISO 4217): 2 for USD, 0 for JPY.

    Raises
    ------
    ParameterError
        When ``currency`` is no three-letter code.
    """
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise ParameterError(f"{currency!r} is no ISO 4217 currency code such as USD, EUR or CNY.")
    return _EXPONENTS.get(currency, 2)
