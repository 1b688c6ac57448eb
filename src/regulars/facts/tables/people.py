"""Who the customers are: the two tables that name people, and the ones about them."""

from __future__ import annotations

from regulars.declare import Text
from regulars.facts.tables.declaring import FactTable, customer, day, instant, money, text, whole

PERSONAL_COLUMNS = (
    text("name", "Name", "姓名", personal=True),
    text("phone", "Telephone number", "电话", personal=True),
    text("email", "E-mail address", "电子邮箱", personal=True),
    text("address", "Postal address", "地址", personal=True),
    day("birth_date", "Date of birth", "出生日期", personal=True),
)

IDENTITIES = FactTable(
    name="identities",
    meaning=Text(
        "One id that a source knows a customer by",
        "某来源系统中的一个客户编号",
    ),
    columns=(
        text("source", "The system that gave the id", "编号来源系统", key=True, required=True),
        text(
            "external_id",
            "The customer's id there",
            "来源系统中的客户编号",
            key=True,
            required=True,
            personal=True,
        ),
        customer(required=True),
        whole(
            "merged_into",
            "The customer that this one was merged into; empty when it stands for itself",
            "合并到的客户；未合并则为空",
        ),
    ),
    key=("source", "external_id"),
    personal=True,
    file_fields=(
        text("same_as", "Another id of the same source and person", "同一来源中同一人的另一编号"),
    ),
)

PEOPLE = FactTable(
    name="people",
    meaning=Text("One customer's personal data", "一位客户的个人资料"),
    columns=(customer(key=True, required=True), *PERSONAL_COLUMNS),
    key=("customer_key",),
    personal=True,
)

CUSTOMERS = FactTable(
    name="customers",
    meaning=Text("What is known of one customer, no name", "一位客户的非个人属性"),
    columns=(
        customer(key=True, required=True),
        text("kind", "Person or business", "个人或企业", choices=("person", "business")),
        text("household", "Household the customer belongs to", "所属家庭"),
        text("account", "Account the customer belongs to", "所属账户"),
        day("first_seen", "First day known to the firm", "首次接触日期"),
        text("source", "Where the customer came from", "获客来源"),
        text("industry", "Industry", "行业"),
        text("region", "Region", "地区"),
        text("attributes", "Further attributes, as JSON", "其他属性（JSON）"),
        text(
            "tier_override",
            "Tier set by hand: key, smb or consumer",
            "人工指定的客户层级：key 重点客户、smb 中小企业、consumer 个人消费者",
            choices=("key", "smb", "consumer"),
        ),
        text("tier_override_reason", "Why it was set by hand", "人工指定的理由"),
        day("tier_override_until", "First day on which it no longer holds", "人工指定的失效日期"),
    ),
    key=("customer_key",),
    file_fields=PERSONAL_COLUMNS,
)

LEADS = FactTable(
    name="leads",
    meaning=Text("One lead at one stage", "一条处于某阶段的销售线索"),
    columns=(
        text("lead_id", "Lead", "线索编号", key=True, required=True),
        customer(required=True),
        text("source", "Where the lead came from", "线索来源"),
        instant("at", "When it reached this stage (UTC)", "进入该阶段的时间（UTC）"),
        day("day", "Local date of it", "当地日期"),
        text("stage", "Stage", "阶段"),
        money("expected_value_minor", "Expected value", "预期价值"),
    ),
    key=("lead_id",),
    instant="at",
)

EMPLOYEES = FactTable(
    name="employees",
    meaning=Text("One employee's post over a time", "员工在一段时间内的岗位"),
    columns=(
        text("employee", "Employee", "员工编号", key=True, required=True),
        text("team", "Team", "团队"),
        text("role", "Role", "职务"),
        text("grade", "Grade", "级别"),
        day("from_day", "First day in this post", "任职起始日", key=True),
        day("to_day", "Day after the last in this post", "任职截止日（不含）"),
    ),
    key=("employee", "from_day"),
)

TABLES = (IDENTITIES, PEOPLE, CUSTOMERS, LEADS, EMPLOYEES)
