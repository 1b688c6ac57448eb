"""Works out answers in a process of its own: ``python -m …analyses.child MEMORY_MB``.

It knows no Django: a question comes as a line of JSON on standard input, with the folder that the
answer is to be written to; a line of JSON says that it is there, or what was wrong. Spawned, never
forked, and kept for the next question: loading the library takes longer than most answers.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import queue
import sys
import threading
import time
import traceback
import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regulars import Result
    from regulars.declare import Column, Text

EXTERNAL_ID = "external_id"


def main(memory_mb: int) -> None:
    """Answer question after question, until standard input ends: the web is gone, or wants it."""
    from regulars_server.work.limits import limit_memory

    # What a library prints must not stand among the answers.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    limit_memory(memory_mb)
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=[lines], name="questions", daemon=True).start()
    while True:
        out.write(json.dumps(reply(json.loads(lines.get()))) + "\n")
        out.flush()


def _read(lines: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)  # at once, whatever is being worked out


def reply(question: dict[str, Any]) -> dict[str, Any]:
    """Answer one question into its folder; what went wrong is a reply, too."""
    from regulars.errors import RegularsError

    try:
        work(question)
    except RegularsError as error:
        return {"error": type(error).__name__, "text": str(error)}
    except MemoryError:
        return {"error": "MemoryError", "text": ""}
    except Exception as error:
        # Its text can hold anything, so it goes to the log of the web alone.
        return {"error": "Unexpected", "text": "".join(traceback.format_exception(error))}
    return {}


def work(question: dict[str, Any]) -> None:
    """Do what is asked: an answer, a workbook of one, or a text by a function of ours."""
    if "run" in question:
        write_text(question)
    elif "sheet" in question:
        write_sheet(question)
    else:
        write(question)


def write_text(question: dict[str, Any]) -> None:
    """Have a function make a text, and put it into the place that was made for it.

    Where the place is gone, somebody was erased meanwhile, and the text is dropped.
    """
    import regulars

    module, _, name = question["run"].partition(":")
    ws = regulars.open(question["workspace"])
    text = getattr(importlib.import_module(module), name)(ws, question["given"])
    with (
        contextlib.suppress(FileNotFoundError),
        Path(question["aside"]).open("r+", encoding="utf-8") as file,
    ):
        file.write(text)


def write(question: dict[str, Any]) -> None:
    """Have the library answer, and write rows and all else side by side."""
    import regulars

    begun = time.monotonic()
    ws = regulars.open(question["workspace"])
    if ws.settings.engine == "duckdb":
        # Left to itself DuckDB takes most of the machine's memory before it goes to the disk.
        mb = int(sys.argv[1]) * 6 // 10 if len(sys.argv) > 1 else 1024
        ws.settings = replace(ws.settings, engine=f"duckdb:{mb}MB")
    result = ws.show(
        question["name"], by=question["by"], customer=question["customer"],
        limit=question["rows"], **question["parameters"],
    )  # fmt: skip
    if ws.settings.lake and any(column.name == EXTERNAL_ID for column in result.columns):
        result = result.only([c.name for c in result.columns if c.name != EXTERNAL_ID])
    aside = Path(question["aside"])
    result.write_parquet(aside / "rows.parquet")
    told = {**tell(result), "question": question["question"], "currency": ws.settings.currency,
            "exponent": ws.settings.exponent, "zone": ws.settings.zone,
            "seconds": round(time.monotonic() - begun, 3)}  # fmt: skip
    text = json.dumps(told, ensure_ascii=False, default=str)
    (aside / "answer.json").write_text(text, encoding="utf-8")


def write_sheet(question: dict[str, Any]) -> None:
    """Write an answer that is kept as a workbook."""
    import regulars
    from regulars_server.analyses.sheets import write as write_workbook

    ws = regulars.open(question["workspace"])
    write_workbook(
        ws, Path(question["answer"]), Path(question["sheet"]), lang=question["lang"],
        named=question["named"], keep=question["keep"], sort=question["sort"],
    )  # fmt: skip


def tell(result: Result) -> dict[str, Any]:
    """Everything of an answer but its rows, in both languages."""
    from regulars.result import plain

    analysis = next(one for one in _catalogue() if one.name == result.name)
    figures = {column.name: column for column in analysis.figures}
    parameters = plain(result.parameters)
    return {
        "id": uuid.uuid4().hex[:16],
        "name": result.name,
        "title": both(analysis.title),
        "one_row": both(analysis.rows),
        "grain": analysis.grain,
        "parameters": parameters,
        "as_of": parameters.get("as_of"),
        "facts_version": result.facts_version,
        "computed_at": time.time(),
        "columns": [described(column) for column in result.columns],
        "rows": len(result),
        "complete": result.limit is None,
        "figures": [
            {**(described(figures[name]) if name in figures else {"name": name}), "value": value}
            for name, value in plain(result.figures).items()
        ],
        "notes": [
            {"code": n.code, "text": {"en": n.say("en"), "zh": n.say("zh")}} for n in result.notes
        ],
        # For programs, such as a curve with its covariance; no page and no API shows it.
        "details": plain(result.details),
    }


def _catalogue() -> Any:
    import regulars

    return regulars.catalogue()


def described(column: Column) -> dict[str, Any]:
    """A column or figure as its declaration has it."""
    return {
        "name": column.name, "type": column.type, "unit": column.unit,
        "meaning": both(column.meaning), "personal": column.personal or column.name == EXTERNAL_ID,
    }  # fmt: skip


def both(text: Text) -> dict[str, str]:
    """A text in both languages."""
    return {"en": text.en, "zh": text.zh}


if __name__ == "__main__":
    main(int(sys.argv[1]))
