"""Names that the world's files give to our fields, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

# A field and its other names, the likelier first; a line that begins with blanks goes on.
_SYNONYMS = """
customer_id: customer client client_id cust_id custid user_id userid user buyer_id buyer
    member_id member household_id householdid household_key shopper_id visitor_id person_id
    account_no external_id customer_no customer_number cid 客户编号 客户号 客户id 客户
    顾客编号 用户编号 用户id 会员编号 会员号 会员id 买家id 买家会员名 买家
customer_source: id_source 客户来源系统
external_id: customer_id customer member_id user_id id 客户编号 会员编号 用户id 外部编号
same_as: merge_into merged_into same_person duplicate_of 合并到 同一人
order_id: order_no order_number orderid order ordernumber order_nr basket_id basketid basket
    transaction_id trans_id transaction_no invoice invoice_no invoiceno invoice_id receipt_id
    receipt_no ticket_id sale_id 订单号 订单编号 订单id 交易号 交易编号 小票号 单号 流水号
    发票号
occurred_at: order_date order_time ordered_at orderdate created_at created placed_at
    transaction_timestamp timestamp transaction_time transaction_date invoicedate invoice_date
    datetime date_time purchase_date purchased_at paid_at sold_at sale_date time date 下单时间
    订单时间 交易时间 购买时间 付款时间 支付时间 创建时间 订单创建时间 销售时间 成交时间 时间
    下单日期 订单日期 交易日期 购买日期 日期
at: time timestamp date datetime occurred_at created_at sent_at happened_at redemption_date
    时间 发生时间 发送时间 日期
day: date order_day order_date local_date purchase_day purchase_date business_date
    transaction_date dt redemption_date 日期 下单日期 订单日期 交易日期 购买日期 营业日
    消费日期
kind: type order_type transaction_type campaign_type event_type behavior_type behaviour_type 类型
    类别 订单类型 交易类型
refunds_order_id: original_order_id refund_of parent_order_id 原订单号 退款原单号
amount: total order_total total_amount net_amount net_sales sales_value sales revenue turnover
    value order_value paid_amount payment price_paid spend grand_total line_total
    extended_price amt net total_price 金额 订单金额 实付金额 支付金额 付款金额 销售额
    实收金额 成交金额 消费金额 总金额 买家实际支付金额
list_amount: gross_amount list_price_total regular_amount gross original_amount 原价金额
    标价金额 应付金额 吊牌金额
discount: total_discount discount_amount discounts 折扣 折扣金额 优惠 优惠金额
source_amount: original_currency_amount foreign_amount 原币金额
source_currency: currency currency_code 币种 货币
rate: exchange_rate fx_rate 汇率
channel: sales_channel order_channel 渠道 销售渠道 下单渠道
store: store_id shop_id shop store_no branch outlet 门店 门店编号 店铺 店铺id 店号
source_code: catalog_code catalogue_code promo_code ad_code coupon_code 来源代码
campaign: campaign_id campaign_code campaign_name 活动 活动编号 营销活动
paid_with_points: points_used points_redeemed 积分抵扣 使用积分
line: line_no line_number line_item line_id item_no position 行号 明细号 序号
product_id: product sku sku_id item_id item item_code product_code productid article
    stock_code stockcode upc barcode 商品编号 商品id 产品编号 货号 商品编码 商品
quantity: qty units amount_units count pieces 数量 件数 购买数量
unit: uom unit_of_measure 单位 计量单位
shop_discount: retail_disc retail_discount loyalty_discount 商家优惠 店铺优惠
coupon_discount: coupon_disc coupon 优惠券
coupon_match_discount: coupon_match_disc
other_discount: other_disc 其他优惠
unit_cost: cost cogs unit_cost_price 成本 单位成本
status: order_status 状态 订单状态
name: full_name customer_name contact_name product_name description product_description
    campaign_name store_name title 姓名 名称 客户姓名 收货人姓名 商品名称 产品名称 活动名称
    门店名称
phone: phone_number telephone tel mobile mobile_phone cell 电话 手机 手机号 手机号码 联系电话
    联系手机
email: e_mail mail email_address 邮箱 电子邮箱 邮件 电子邮件
address: street postal_address shipping_address 地址 收货地址 联系地址
birth_date: birthday date_of_birth dob birthdate 生日 出生日期
household: household_id hh_id 家庭 家庭编号
account: account_id company account_name 账户 公司
first_seen: registered_at registered signup_date joined customer_since 注册日期 注册时间
    首次接触
source: acquisition_source lead_source origin 来源 获客来源
industry: sector 行业
tier_override: manual_tier 人工层级 指定层级
tier_override_reason: manual_tier_reason 人工层级理由 指定理由
tier_override_until: manual_tier_until 人工层级失效日期 指定失效日期
region: state state_province province city area country 地区 省份 城市 区域
category_path: category product_category department 类目 分类 品类 类别
brand: manufacturer brand_name 品牌
own_label: private_label 自有品牌
from_day: start_date start from begin valid_from 开始日期 起始日期 生效日期
to_day: end_date end to until valid_to 结束日期 截止日期
price: unit_price selling_price 价格 单价
contact_id: touch_id message_id send_id 接触编号 触达编号
response_id: event_id redemption_id 响应编号
offer: offer_id coupon_upc coupon_id 优惠编号 优惠券编号
cost: contact_cost 费用 成本
points: points_amount 积分 积分数
card: card_no card_number 卡号 会员卡号
tier: level grade 等级 会员等级
times: repeats 次数
visit_id: session_id 访问编号 会话编号
started_at: session_start start_time 开始时间 访问时间
opened_at: created_at open_time 创建时间 受理时间
case_id: ticket_id ticket complaint_id 工单号 投诉编号
currency: currency_code 币种
"""


def normal(name: str) -> str:
    """A column's name without case, blanks, signs and a unit in brackets."""
    bare = re.sub(r"[((\[].*?[))\]]", "", name.strip().lstrip("\ufeff"))
    return re.sub(r"[\W_]+", "", bare or name).lower()


def _read(block: str) -> dict[str, tuple[str, ...]]:
    entries = re.sub(r"\n +", " ", block.strip()).splitlines()
    parted = (entry.partition(":") for entry in entries)
    return {field: tuple(normal(word) for word in words.split()) for field, _, words in parted}


SYNONYMS: Mapping[str, tuple[str, ...]] = MappingProxyType(_read(_SYNONYMS))

VOID_WORDS = (
    "void", "voided", "cancelled", "canceled", "cancel", "deleted", "withdrawn",
    "取消", "已取消", "作废", "已作废", "撤销", "已撤销", "交易关闭", "删除",
)  # fmt: skip

# How files write the values of a column that has only a few.
CHOICE_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sale": ("sale", "sales", "order", "purchase", "销售", "订单", "购买", "消费"),
        "refund": ("refund", "return", "returned", "refunded", "credit", "退款", "退货", "退单"),
        "person": ("person", "individual", "consumer", "b2c", "个人"),
        "business": ("business", "company", "firm", "b2b", "企业", "公司"),
        "key": ("key", "key_account", "key account", "重点客户", "大客户"),
        "smb": ("smb", "sme", "small business", "中小企业"),
        "consumer": ("consumer", "个人消费者", "消费者"),
        "out": ("out", "outbound", "sent", "发出", "外呼"),
        "in": ("in", "inbound", "received", "收到", "呼入"),
        "given": ("given", "granted", "yes", "opt_in", "optin", "true", "同意"),
        "withdrawn": (
            "withdrawn", "revoked", "no", "opt_out", "optout", "false", "撤回", "拒绝",
            "退订",
        ),
        "own": ("own", "ours", "self", "自家", "自有"),
        "rival": ("rival", "competitor", "competition", "竞品", "竞争对手"),
        "view": ("view", "viewed", "product_view", "pv", "浏览", "查看"),
        "cart": ("cart", "add_to_cart", "addtocart", "basket", "加购", "加入购物车"),
        "favourite": ("favourite", "favorite", "fav", "like", "wishlist", "收藏", "喜欢"),
        "live": (),
        "void": (),
    }
)  # fmt: skip
