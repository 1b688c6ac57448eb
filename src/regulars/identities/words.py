"""The sentences about matching, in both languages."""

from __future__ import annotations

from regulars.declare import Text

WOULD_MERGE = Text(
    "{before} customers would become {after}: {merged} are the same as an older one,"
    " in {clusters} groups. Nothing was changed; --apply does it.",
    "{before}位客户将变为{after}位：其中{merged}位与更早的客户为同一人，共{clusters}组。"
    "尚未做任何改动；加上--apply即可执行。",
)
MERGED = Text(
    "{before} customers became {after}: {merged} were the same as an older one,"
    " in {clusters} groups (facts version {version}).",
    "{before}位客户已变为{after}位：其中{merged}位与更早的客户为同一人，共{clusters}组"
    "（事实数据版本{version}）。",
)
NOTHING = Text(
    "All {before} customers stay as they are: no two were found that can be merged.",
    "{before}位客户均保持不变：未发现可合并的客户。",
)
JOINED_BY = Text("Pairs joined by {rule}: {pairs}", "按{rule}匹配的对数：{pairs}")
UNUSABLE = Text(
    "{texts} different {rule} entries are not valid and match nobody.",
    "{texts}个不同的{rule}取值无效，不参与匹配。",
)
BIGGEST = Text("Largest groups", "最大的组")
HELD = Text("Not merged", "未合并")
REVIEW = Text(
    "{pairs} pairs need somebody to decide: regulars identities review",
    "有{pairs}对记录待人工判定：regulars identities review",
)
REVIEW_LATER = Text(
    "{pairs} pairs would go on the review list.",
    "{pairs}对记录将进入待判定清单。",
)
NO_PAIRS = Text("No pair waits for a decision.", "没有待判定的记录对。")

REASONS = {
    "shared": Text(
        "shared by more customers than one person has records", "共用者过多，不像同一人"
    ),
    "dummy": Text("a number or address typed in to fill the field", "随意填写的号码或邮箱"),
    "role": Text("an address of a department, not of a person", "部门公用邮箱，不属于个人"),
    "fixed_line": Text("a fixed line, of a household or a firm", "固定电话，属于家庭或单位"),
    "rejected": Text("somebody decided that they are two", "已有人判定为不同客户"),
    "large": Text(
        "the group is larger than one person plausibly has records", "组过大，不像同一人"
    ),
    "contradiction": Text("their birth dates differ", "出生日期不一致"),
}

HEAD_GROUP = Text("customer", "客户")
HEAD_RECORDS = Text("records", "记录数")
HEAD_RULES = Text("joined by", "匹配依据")
HEAD_MEMBERS = Text("with", "包括")
HEAD_VALUE = Text("shared value", "相同取值")
HEAD_REASON = Text("why", "原因")
HEAD_PAIR = Text("pair", "编号")
HEAD_PROBABILITY = Text("probability", "概率")
HEAD_EXAMPLE = Text("oldest", "最早的记录")

CHANGED = Text(
    "Records that count for another customer now: {records}. Customers: {customers}"
    " (facts version {version}).",
    "{records}条记录的所属客户已改变：{customers}（事实数据版本{version}）。",
)
DECIDED = Text("The decision is kept.", "判定已保存。")
NOT_AGAIN = Text(
    "No matching will join or propose them again; merge joins them by hand.",
    "今后匹配不会再合并或提示；如需合并，请用merge手工操作。",
)
WROTE = Text(
    "{pairs} pairs were written to {path}. Fill the column decision with accept or reject, then:"
    " regulars identities review --import {path}",
    "已将{pairs}对记录写入{path}。请在decision列填写accept或reject，"
    "然后执行：regulars identities review --import {path}",
)
IMPORTED = Text(
    "{accepted} pairs were accepted and merged, {rejected} rejected.",
    "已接受并合并{accepted}对，拒绝{rejected}对。",
)
CUSTOMER = Text("{customer}: {records} in all", "{customer}：共{records}条记录")
MERGING = Text(
    "{at}  {record} came to {into} by {rule} ({by})",
    "{at}  {record}按{rule}并入{into}（{by}）",
)
UNDONE = Text("; taken back on {at}", "；已于{at}撤销")

AGREEMENT = {
    "same": Text("same", "相同"),
    "differs": Text("differs", "不同"),
    "unknown": Text("–", "–"),
}
DECISIONS = {
    "open": Text("to be decided", "待判定"),
    "accepted": Text("accepted: one customer", "已接受：同一客户"),
    "rejected": Text("rejected: two customers", "已拒绝：不同客户"),
}
