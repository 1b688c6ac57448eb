"""Words of a plan's page and of its text."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.declare import Text

ILLUSTRATIVE = Text("illustrative inputs", "示例数据")
ILLUSTRATIVE_WHY = Text(
    "The inputs are illustrative: made up to show the method, nobody's own figures.",
    "输入数据仅为示例，用于说明方法，并非任何企业的真实数据。",
)
ABOUT = Text("About this plan", "方案说明")

KINDS: Mapping[str, Text] = {
    "table": Text("Lifetime-value table", "客户生命周期价值表"),
    "compare": Text("Scenarios compared", "方案对比"),
    "renewals": Text("Renewal by card", "信用卡自动续订"),
    "letters": Text("Renewal letters", "续订催缴信"),
    "leak": Text("Lapse and rejoin", "退订后低价重新入会"),
    "economics": Text("Retention economics", "留存经济性"),
    "budget": Text("Acquisition or retention", "获客与留存预算"),
    "sources": Text("Where customers come from", "客户来源排序"),
    "plane": Text("Profit and loyalty", "利润与忠诚度"),
    "leads": Text("Scarce hours", "稀缺工时分配"),
}
LABELS: Mapping[str, Text] = {
    "value": Text("Value", "价值"),
    "levers": Text("What moves it", "影响因素"),
    "inputs": Text("Inputs", "输入项"),
    "plans": Text("Scenarios", "方案"),
    "conditions": Text("Conditions", "前提条件"),
    "contracts": Text("By contract", "按合同类型"),
    "letters": Text("Letters", "催缴信"),
    "leak": Text("The leak", "漏损"),
    "economics": Text("Five points", "留存提升"),
    "budget": Text("Budget", "预算"),
    "split": Text("The split", "分配"),
    "sources": Text("Sources", "来源"),
    "plane": Text("The plane", "象限"),
    "leads": Text("Leads", "线索"),
}
