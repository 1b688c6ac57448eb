"""For whom an import waits: the writer's lock of the facts says what its holder does (pure)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from regulars.facts.tables import FACTS
from regulars_server.work.kinds import Said

WAITING = "waiting"
_OTHER = _("waits for an import that is under way:")
_IMPORT, _LANDING, _FORGETTING = "import of ", "landing of ", "forgetting "
_MATCHING = ("matching customers", "merging customers", "parting customers", "deciding on a pair")
STAGES: Mapping[str, Said] = {
    WAITING: _("waits for another change of the facts, which is under way"),
    "waiting_landing": _("waits for events that are becoming facts just now"),
    "waiting_forgetting": _("waits for the erasure of a person"),
    "waiting_maintenance": _("waits for the maintenance of the facts"),
    "waiting_matching": _("waits for customers' records that are being put together"),
    **{
        f"waiting_{table}": format_lazy(
            "{text} {table}",
            text=_("waits for an import that is under way:"),
            table=table,
        )
        for table in FACTS
    },
}


def stage_of(holder: str) -> str:
    """The stage for what the lock's holder said, such as ``import of orders (process 17)``."""
    purpose = holder.partition(" (process ")[0]
    if purpose.startswith(_IMPORT):
        found = f"waiting_{purpose.removeprefix(_IMPORT)}"
    elif purpose.startswith(_LANDING):
        found = "waiting_landing"
    elif purpose.startswith(_FORGETTING):
        found = "waiting_forgetting"
    elif purpose in _MATCHING:
        found = "waiting_matching"
    else:
        found = f"waiting_{purpose}"
    return found if found in STAGES else WAITING
