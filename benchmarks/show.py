"""How long one waits for one customer, and for help: ``python -m benchmarks.show``.

Targets: 0.3 s in a running process, 1.5 s from a cold command line, ``--help`` under 0.3 s.
The workspace is that of ``benchmarks.analyse`` with the same ``--orders``.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from benchmarks.analyse import AS_OF, WINDOW_DAYS
from benchmarks.measure import child, interleaved, keep, middle, run


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.show", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path("workspace-benchmark"))
    parser.add_argument(
        "--cold",
        default="regulars show summary --customer C1000 --workspace {workspace}",
        help="the command line that shows one customer; {workspace} stands for the folder",
    )
    asked = parser.parse_args(arguments)
    workspace = (asked.folder / f"orders-{asked.orders}").absolute()
    workspace.parent.mkdir(parents=True, exist_ok=True)
    run([sys.executable, "-m", "benchmarks.lake", str(workspace), str(asked.orders)])
    made = run(child("product", str(workspace), AS_OF, WINDOW_DAYS)).said
    regulars = str(Path(sys.executable).with_name("regulars"))
    programs = {
        "from the snapshot, in a running process": child(
            "show_one", str(workspace), str(made["customers"]), "snapshot"
        ),
        "computed, in a running process": child(
            "show_one", str(workspace), str(made["customers"]), "computed"
        ),
        "regulars --help": [regulars, "--help"],
    }
    line = asked.cold.replace("{workspace}", shlex.quote(str(workspace)))
    programs["cold command line"] = [regulars, *shlex.split(line)[1:]]
    runs = interleaved(programs, rounds=asked.rounds)
    result = {name: middle(done) for name, done in runs.items()}
    for name, value in result.items():
        print(f"{name}: {value}")
    print("kept in", keep(f"show-{asked.orders}", {"orders": asked.orders, **result}, runs))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
