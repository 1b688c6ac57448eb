"""What a report must be told beside the answers: whose numbers, in which money, made by what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.declare import Text


@dataclass(frozen=True, kw_only=True)
class ReportContext:
    """Facts about the workspace and the making of a report.

    Attributes
    ----------
    workspace : its name, as the reader knows it.
    currency, exponent : ISO 4217 code of the reporting currency and its decimal places.
    zone : IANA time zone that made instants into days.
    as_of : facts before the start of this day count.
    facts_version : numbered state of the facts that was read; None without a lake.
    program_version : of Regulars.
    data_notice : what must be said wherever these data are shown, such as that they are a demo.
    failures : analysis → why it gave no answer, for those missing from the results.
    """

    workspace: str
    currency: str
    exponent: int = 2
    zone: str = "UTC"
    as_of: dt.date | None = None
    facts_version: int | None = None
    program_version: str = ""
    data_notice: tuple[Text, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
