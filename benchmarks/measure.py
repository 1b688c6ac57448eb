"""Run a program in a fresh process and say what it took.

This module imports nothing heavy: a child's peak memory starts at that of the process that
started it, so the one that starts must be small.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True)
class Run:
    """One run of a program.

    seconds : its work, as it says itself (imports of libraries left out).
    wall_seconds : the whole process. peak_mb : the largest single process, resident.
    said : what it printed.
    """

    seconds: float
    wall_seconds: float
    peak_mb: float
    said: dict[str, Any] = field(default_factory=dict)


def run(command: Sequence[str]) -> Run:
    """Run to the end; the last line of output is its JSON object, if it prints one."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    said = _last_object(output)
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes on Linux
    return Run(float(said.get("seconds", wall)), wall, usage.ru_maxrss * unit / 1e6, said)


def _last_object(output: str) -> dict[str, Any]:
    lines = output.strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        return {}
    try:
        found = json.loads(lines[-1])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def child(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.children.{name}", *arguments]


def interleaved(commands: Mapping[str, Sequence[str]], *, rounds: int) -> dict[str, list[Run]]:
    """Every program in turn, ``rounds`` times, after one round that is not counted."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            done = run(command)
            kept = turn > 0 or rounds == 0
            print(
                f"  {'' if kept else '(warming) '}{name}: {done.seconds:.2f} s of work, "
                f"{done.wall_seconds:.2f} s in all, {done.peak_mb:,.0f} MB",
                flush=True,
            )
            if kept:
                runs[name].append(done)
    return runs


def middle(runs: Sequence[Run]) -> dict[str, float]:
    return {
        name: round(statistics.median(getattr(r, name) for r in runs), 4)
        for name in ("seconds", "wall_seconds", "peak_mb")
    }


def keep(name: str, result: Mapping[str, Any], runs: Mapping[str, Sequence[Run]]) -> Path:
    """Write the result with all runs and the machine to ``results/NAME.json``."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    text = {
        **result,
        "machine": {
            "processors": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
        "runs": {program: [asdict(r) for r in done] for program, done in runs.items()},
    }
    path.write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")
    return path
