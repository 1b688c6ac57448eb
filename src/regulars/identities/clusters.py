"""Which customers become one when pairs of them are joined. Pure: arrays in, arrays out."""

from __future__ import annotations

from typing import Any

import numpy as np


def components(left: Any, right: Any) -> tuple[Any, Any, Any]:
    """Connected components of the customers that are joined, directly or through others.

    Parameters
    ----------
    left, right : integer arrays of equal length; each place joins two customer keys.

    Returns
    -------
    keys : every key that occurs, ascending.
    survivors : for each key the oldest (least) key of its component.
    numbers : for each key its component, numbered from 0 by ascending survivor.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    left, right = np.asarray(left, "int64"), np.asarray(right, "int64")
    keys, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    if not len(keys):
        return keys, keys.copy(), keys.copy()
    ones = np.ones(len(left), "int8")
    ends = (places[: len(left)], places[len(left) :])
    graph = coo_array((ones, ends), shape=(len(keys), len(keys)))
    _, found = connected_components(graph, directed=False)
    # Keys ascend, so a component's first appearance is at its least key.
    _, first, numbers = np.unique(found, return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first))
    return keys, keys[first[numbers]], order[numbers]
