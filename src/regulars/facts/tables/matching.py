"""Who was found to be whom: the journal of mergings, and the pairs that somebody decides on.

Both tables hold customer keys and no name, number or address: what speaks for a pair is looked up
in ``people`` when it is shown.
"""

from __future__ import annotations

from regulars.declare import Text
from regulars.facts.tables.declaring import FactTable, instant, number, text, whole

DECISIONS = ("open", "accepted", "rejected")

MERGES = FactTable(
    name="merges",
    meaning=Text(
        "One customer record that came to another customer in one merging; void: taken back",
        "一次合并中归到另一客户名下的一条客户记录；void 表示已撤销",
    ),
    columns=(
        whole(
            "merge_id",
            "The merging: the facts version that it made",
            "合并编号：所产生的事实数据版本",
            key=True,
            required=True,
        ),
        whole(
            "customer_key",
            "The record whose customer changed",
            "所属客户改变的记录",
            key=True,
            required=True,
        ),
        whole("merged_from", "Its customer before", "合并前所属的客户", required=True),
        whole("merged_into", "Its customer since", "合并后所属的客户", required=True),
        text(
            "rule",
            "What joined them: id, email, phone, card, probable, review or hand",
            "合并依据：id、email、phone、card、probable、review 或 hand",
        ),
        text("decided_by", "Who merged them", "操作人"),
        instant("decided_at", "When (UTC)", "操作时间（UTC）"),
        text("undone_by", "Who took it back", "撤销人"),
        instant("undone_at", "When it was taken back (UTC)", "撤销时间（UTC）"),
    ),
    key=("merge_id", "customer_key"),
    personal=True,
    own=True,
)

MATCH_PAIRS = FactTable(
    name="match_pairs",
    meaning=Text(
        "Two customer records that may be one customer, and what was decided",
        "可能属于同一客户的两条记录，以及判定结果",
    ),
    columns=(
        whole("customer_key", "The older record", "较早的记录", key=True, required=True),
        whole("other_key", "The younger record", "较晚的记录", key=True, required=True),
        text(
            "rule",
            "What speaks for it: id, email, phone, card, probable or hand",
            "匹配依据：id、email、phone、card、probable 或 hand",
        ),
        number(
            "probability",
            "Probability that they are one; empty for exact rules",
            "属于同一客户的概率；精确规则为空",
        ),
        text("decision", "What was decided", "判定结果", choices=DECISIONS),
        text("decided_by", "Who decided", "判定人"),
        instant("decided_at", "When (UTC)", "判定时间（UTC）"),
    ),
    key=("customer_key", "other_key"),
    personal=True,
    own=True,
)

TABLES = (MERGES, MATCH_PAIRS)
