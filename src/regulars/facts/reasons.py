"""Why a row is rejected, and what an import warns of: stable codes with words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from regulars.declare import Text

# No reason repeats the value: rejects name people, reasons must not.
REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "missing": Text("is empty but required", "必填但为空"),
        "not_an_amount": Text(
            "is no amount such as 1234.56 (for a decimal comma say --decimal-mark ,)",
            "不是金额（如1234.56；若用逗号作小数点请用 --decimal-mark ,）",
        ),
        "not_a_whole_number": Text("is no whole number", "不是整数"),
        "not_a_number": Text("is no number", "不是数字"),
        "not_a_day": Text(
            "is no day such as 2024-01-31 (for 31/01/2024 say --date-order dmy)",
            "不是日期（如2024-01-31；若为31/01/2024，请用 --date-order dmy）",
        ),
        "not_a_time": Text(
            "is no time such as 2024-01-31 18:05:00", "不是时间（如2024-01-31 18:05:00）"
        ),
        "not_yes_or_no": Text("is neither yes nor no", "不是“是/否”"),
        "not_a_choice": Text("is none of the values allowed", "不在允许的取值范围内"),
        "no_rate": Text(
            "cannot be worked out: no exchange rate is given (give a column of rates, or import "
            "exchange_rates)",
            "缺少汇率，无法折算金额（请提供汇率列，或导入 exchange_rates）",
        ),
        "in_the_future": Text(
            "lies after the day of the import: it cannot have happened yet",
            "晚于导入当天，不可能已经发生",
        ),
        "forgotten": Text("belongs to somebody who asked to be forgotten", "属于已要求被遗忘的人"),
        "nothing_to_void": Text("withdraws a row that was never imported", "要作废的记录从未导入"),
        "too_few_fields": Text("The line has too few fields", "该行字段过少"),
        "too_many_fields": Text("The line has too many fields", "该行字段过多"),
        "open_quote": Text("A quotation mark is not closed", "引号未闭合"),
        "nul": Text("The line holds a NUL character", "该行含有NUL字符"),
        "line_too_long": Text("The line is longer than allowed", "该行过长"),
        "bad_encoding": Text("The line is not in the file's encoding", "该行不符合文件编码"),
        "broken_line": Text("The line cannot be read", "该行无法读取"),
    }
)

WARNINGS: Mapping[str, Text] = MappingProxyType(
    {
        "duplicates_equal": Text(
            "{rows} rows stood in the files more than once and were taken once.",
            "{rows}行在文件中重复出现，只计一次。",
        ),
        "duplicates_unequal": Text(
            "{rows} rows were superseded by a later line of the same files with the same key.",
            "{rows}行被同批文件中键相同的后一行取代。",
        ),
        "rounded": Text(
            "{rows} amounts had more decimals than the currency and were rounded, half away "
            "from zero.",
            "{rows}个金额的小数位多于币种允许，已四舍五入。",
        ),
        "negative_sales": Text(
            "{rows} rows called sales had negative amounts; they are kept as refunds.",
            "{rows}行标为销售但金额为负，按退款保存。",
        ),
        "keys_made": Text(
            "The files name no {key}; one was made from {parts} and a running number.",
            "文件没有{key}，已由{parts}加流水号生成。",
        ),
        "lines_numbered": Text(
            "The files number no lines; they were numbered in file order, so an order must come "
            "whole in one import: its lines are replaced together.",
            "文件没有行号，已按文件顺序编号；一笔订单须在一次导入中完整给出，其明细会整体替换。",
        ),
        "orders_from_lines": Text(
            "{rows} orders were made from their lines.", "由明细行生成了{rows}笔订单。"
        ),
        "orders_of_many_customers": Text(
            "{rows} orders have lines of more than one customer; the first line's was taken.",
            "{rows}笔订单的明细属于多个客户，取首行的客户。",
        ),
        "other_source": Text(
            "{rows} rows replaced rows that another source had delivered under the same key.",
            "{rows}行取代了另一来源以相同键提供的记录。",
        ),
        "changed_since": Text(
            "Since these files were imported, later imports changed or withdrew {rows} rows of "
            "the table; those changes stand. Files with any other content replace rows again.",
            "这些文件导入之后，后续导入又修改或作废了该表的{rows}行，以后续导入为准；"
            "内容不同的文件仍会取代已有记录。",
        ),
        "day_order_found": Text(
            "Days such as 03/04/2026 were read in the order {order}: {rows} rows can be read no "
            "other way.",
            "形如03/04/2026的日期按{order}顺序读取：有{rows}行只能这样读。",
        ),
        "rates_looked_up": Text(
            "{rows} amounts in other currencies were converted by imported exchange rates, of "
            "their day or of up to {days} days before.",
            "{rows}笔外币金额按已导入的汇率折算（取当日或此前{days}天内最近的汇率）。",
        ),
        "before_birth": Text(
            "{rows} orders are dated before their customer's birth date; they are kept. One of "
            "the two dates is wrong.",
            "{rows}笔订单的日期早于客户的出生日期，已保留；两个日期必有一误。",
        ),
        "unknown_customers": Text(
            "{rows} customers of these rows stand in no file of customers imported so far; what "
            "they did counts.",
            "这些记录中有{rows}位客户不在已导入的客户资料中，其行为照常计入。",
        ),
        "sheet_chosen": Text(
            "{file}: the sheet {sheet} was read; these were not: {others}. Another is chosen with "
            "--sheet.",
            "{file}：读取了工作表{sheet}；未读取：{others}。可用 --sheet 指定其他工作表。",
        ),
        "header_row_found": Text(
            "{file}: the column names were taken from row {row}; what stands above it was left "
            "out. Another row is said with --header-row.",
            "{file}：以第{row}行为列名，其上内容未读取。可用 --header-row 指定其他行。",
        ),
        "unsure_columns": Text(
            "These columns were guessed and not confirmed: {columns}.",
            "以下列为推测，未经确认：{columns}。",
        ),
        "unread_columns": Text(
            "{file} has columns that the saved mapping does not read: {columns}. To read them too:"
            " {take}",
            "{file}中有已保存的映射未读取的列：{columns}。如需读取：{take}",
        ),
    }
)
