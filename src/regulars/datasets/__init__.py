"""Real data to try Regulars on, each set with a notice that says what it is and is not."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from regulars.datasets.cdnow.data import CDNOW
from regulars.datasets.complete_journey import COMPLETE_JOURNEY
from regulars.datasets.dataset import DataSet
from regulars.datasets.marking import demo_data, mark, notice
from regulars.errors import UnknownName

DATASETS: Mapping[str, DataSet] = MappingProxyType(
    {data.name: data for data in (COMPLETE_JOURNEY, CDNOW)}
)


def dataset(name: str) -> DataSet:
    """The data set of this name; `UnknownName` suggests the nearest."""
    if name in DATASETS:
        return DATASETS[name]
    near = get_close_matches(name, DATASETS, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise UnknownName(f"There is no data set {name!r}.{hint} Data sets: {', '.join(DATASETS)}.")


__all__ = ["DATASETS", "DataSet", "dataset", "demo_data", "mark", "notice"]
