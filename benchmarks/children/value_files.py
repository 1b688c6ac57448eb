"""The product's models over any Parquet of orders that the peers read: to compare estimates."""

from __future__ import annotations

import json
import sys

from benchmarks.children.value import Asked, score_files
from benchmarks.peers.programs.phases import Phases, tell


def main(source: str, target: str, asked: str) -> None:
    phases = Phases()
    said = score_files([source], target, Asked(**json.loads(asked)), phases)
    tell(phases, {}, **said)


if __name__ == "__main__":
    main(*sys.argv[1:])
