"""A plan's answer as a person reads it on a terminal: the finding, what it rests on, tables."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from regulars.cli import table
from regulars.declare import Language, Text
from regulars.plans import Answer
from regulars.plans.words.page import ILLUSTRATIVE
from regulars.report.parts import Block, Table

NAMED = Text("({title}, {currency}{note})", "（{title}，{currency}{note}）")
HINT = Text(
    "Next: --output FILE.xlsx writes a workbook whose cells follow its inputs, FILE.html a page.",
    "下一步：--output FILE.xlsx 生成随输入联动的工作簿，FILE.html 生成网页。",
)
NOTE = Text("; {note}", "；{note}")


def page(answer: Answer) -> str:
    """The whole answer; plain unless stdout is a terminal."""
    parts = [list(_opening(answer))]
    for section in answer.sections:
        for block in section.blocks:
            parts += _block(block)
    parts.append([HINT.say(answer.lang)])
    return "\n\n".join("\n".join(map(table.printable, lines)) for lines in parts) + "\n"


def _opening(answer: Answer) -> Iterator[str]:
    lang = answer.lang
    yield str(answer.headline.title)
    note = NOTE.fill(lang, note=ILLUSTRATIVE.say(lang)) if answer.header.illustrative else ""
    yield NAMED.fill(
        lang,
        title=answer.header.title.say(lang),
        currency=_currency(answer, lang),
        note=note,
    )
    for sentence in answer.headline.sentences:
        yield f"* {sentence}"


def _currency(answer: Answer, lang: Language) -> str:
    from regulars.charts import Numbers

    return Numbers(lang=lang, currency=answer.header.currency).currency_name


def _block(block: Block) -> Iterator[list[str]]:
    yield [str(block.title), *(str(sentence) for sentence in block.lead)]
    for one in block.tables:
        yield _table(one)


def _table(one: Table) -> list[str]:
    heads = [head.label for head in one.heads]
    rows = [[str(cell) for cell in row] for row in one.rows]
    right = [head.numeric for head in one.heads]
    return table.lines(heads, rows, right=right, bold=sys.stdout.isatty())
