"""Why a condition is refused, and where: words in two languages, a line, a column, a caret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from regulars.declare import Language, Text

ALLOWED = Text(
    "Allowed are columns of the snapshot, numbers, 'texts', dates such as date '2026-01-31' and"
    " as_of, = <> < <= > >=, and, or, not, in (…), between … and …, is [not] null, is [not] true,"
    " + - * /, and parentheses.",
    "可以使用：快照的字段、数字、'文本'、date '2026-01-31' 这样的日期和 as_of，"
    "= <> < <= > >=，and、or、not，in (…)，between … and …，is [not] null，is [not] true，"
    "+ - * /，以及括号。",
)
SAID: Mapping[str, Text] = {
    "too_long": Text("A condition has at most {most} characters.", "条件最多{most}个字符。"),
    "too_many": Text(
        "That is too much for one condition: at most {most} words, numbers and signs.",
        "条件过长：单词、数字和符号最多{most}个。",
    ),
    "too_deep": Text(
        "This is nested too deeply: at most {most} levels.", "嵌套过深：最多{most}层。"
    ),
    "too_many_values": Text("A list has at most {most} values.", "列表最多{most}个值。"),
    "unreadable": Text(
        "From here on this cannot be read as a condition.", "从此处起无法识别为条件。"
    ),
    "unfinished": Text(
        "Something is missing here: the condition is not finished.", "此处缺少内容，条件不完整。"
    ),
    "open_text": Text("A text begins here and does not end.", "此处的文本没有结束引号。"),
    "comment": Text("Comments are not allowed.", "不允许使用注释。"),
    "not_allowed": Text("“{what}” is not allowed here.", "此处不允许使用“{what}”。"),
    "function": Text(
        "Functions such as “{what}” are not allowed.", "不允许使用“{what}”之类的函数。"
    ),
    "unknown_column": Text("The snapshot has no column “{what}”.", "快照中没有字段“{what}”。"),
    "like": Text(
        "The snapshot has no column “{what}”; “{like}” is near.",
        "快照中没有字段“{what}”；相近的有“{like}”。",
    ),
    "text_or_column": Text(
        "“{what}” is no column; a text stands in single quotes: '{what}'.",
        "“{what}”不是字段；文本须写在单引号中：'{what}'。",
    ),
    "quote_it": Text(
        "“{what}” is a word of its own; as a column it stands in double quotes.",
        "“{what}”是保留字；用作字段时须写在双引号中。",
    ),
    "kinds": Text("A {left} cannot be compared with a {right}.", "{left}不能与{right}比较。"),
    "no_order": Text(
        "Texts have no order here: compare them by =, <> or in (…).",
        "文本在此没有大小之分：请用 =、<> 或 in (…) 比较。",
    ),
    "no_numbers": Text(
        "Only numbers can be reckoned with, and days moved by a whole number of days or"
        " subtracted from one another.",
        "只有数字可以运算；日期只能加减整数天，或与日期相减。",
    ),
    "number_expected": Text(
        "This number is too large or has too many digits.", "这个数字过大或位数过多。"
    ),
    "no_day": Text(
        "“{what}” is not a day; write it as 2026-01-31.", "“{what}”不是日期；请写成 2026-01-31。"
    ),
    "no_condition": Text(
        "A yes or no is expected here: compare it with something.",
        "此处应为是或否的条件：请与某个值比较。",
    ),
    "no_value": Text("A value is expected here, not a condition.", "此处应为一个值，而不是条件。"),
    "only_values": Text("A list holds given values only.", "列表中只能是给定的值。"),
    "null": Text("An unknown value is asked for by “is null”.", "未知值请用“is null”判断。"),
}
KINDS: Mapping[str, Text] = {
    "number": Text("number", "数字"),
    "text": Text("text", "文本"),
    "date": Text("date", "日期"),
    "flag": Text("yes or no", "是或否"),
}


@dataclass
class Refused(Exception):
    """A condition that is not allowed.

    Attributes
    ----------
    code : stable name of the reason.
    start, end : the place in the text, as Python slices it.
    line, column : of its first character, counted from 1.
    values : what the sentence names.
    """

    code: str
    text: str
    start: int
    end: int
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.say("en"))

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.say('en')}"

    @property
    def line(self) -> int:
        return self.text.count("\n", 0, self.start) + 1

    @property
    def column(self) -> int:
        return self.start - (self.text.rfind("\n", 0, self.start) + 1) + 1

    @property
    def parts(self) -> tuple[str, str, str]:
        """The line that it is in: before the place, the place, after it."""
        begin = self.text.rfind("\n", 0, self.start) + 1
        stop = self.text.find("\n", self.start)
        stop = len(self.text) if stop < 0 else stop
        end = min(max(self.end, self.start), stop)
        return self.text[begin : self.start], self.text[self.start : end], self.text[end:stop]

    def say(self, lang: Language) -> str:
        """Why, in one sentence."""
        named = {k: v.say(lang) if isinstance(v, Text) else v for k, v in self.values.items()}
        return SAID[self.code].fill(lang, **named)
