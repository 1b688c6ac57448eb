"""Looking after a workspace: backup, restore, erasures, upgrade, maintenance."""

from __future__ import annotations

from regulars.upkeep.backup import BackupReport, backup, check
from regulars.upkeep.erasures import export, read_erasures
from regulars.upkeep.maintain import Upkeep, maintain
from regulars.upkeep.restore import RestoreReport, restore
from regulars.upkeep.upgrade import UpgradeReport, upgrade

__all__ = [
    "BackupReport",
    "RestoreReport",
    "UpgradeReport",
    "Upkeep",
    "backup",
    "check",
    "export",
    "maintain",
    "read_erasures",
    "restore",
    "upgrade",
]
