"""What codes of facts about one customer are called: kinds of cases, answers, postings, channels.

Companies send codes of their own, so no list of them is whole: one that has no name here is shown
as it is. Case, blanks, ``-`` and ``_`` do not count: ``E-Mail`` is ``email``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from regulars.declare import Language, Text

_EMAIL = Text("e-mail", "电子邮件")
_SMS = Text("text message", "短信")
_PHONE = Text("telephone", "电话")
_POST = Text("letter", "信函")
_APP = Text("app", "App")
_WEB = Text("website", "网站")
_STORE = Text("store", "门店")
_MINI = Text("WeChat mini-program", "微信小程序")
_PERSON = Text("in person", "当面")
_CHAT = Text("chat", "在线客服")

CHANNELS: Mapping[str, Text] = {
    "email": _EMAIL, "mail": _EMAIL, "newsletter": _EMAIL,
    "sms": _SMS, "text": _SMS, "mms": Text("picture message", "彩信"),
    "phone": _PHONE, "call": _PHONE, "telephone": _PHONE, "tel": _PHONE,
    "callcenter": Text("call centre", "呼叫中心"),
    "callcentre": Text("call centre", "呼叫中心"),
    "post": _POST, "letter": _POST, "directmail": _POST, "catalog": Text("catalogue", "邮购目录"),
    "catalogue": Text("catalogue", "邮购目录"),
    "app": _APP, "push": Text("push message", "App推送"), "mobile": Text("mobile", "移动端"),
    "web": _WEB, "website": _WEB, "site": _WEB, "online": Text("online", "线上"),
    "webshop": Text("web shop", "网店"), "shop": Text("shop", "店铺"),
    "ecommerce": Text("web shop", "网店"), "h5": Text("mobile page", "手机网页"),
    "store": _STORE, "instore": _STORE, "branch": _STORE, "retail": _STORE,
    "pos": Text("till", "收银台"), "offline": Text("offline", "线下"),
    "kiosk": Text("kiosk", "自助终端"),
    "wechat": Text("WeChat", "微信"), "weixin": Text("WeChat", "微信"),
    "wecom": Text("WeCom", "企业微信"), "miniprogram": _MINI, "miniapp": _MINI,
    "wechatminiprogram": _MINI, "alipay": Text("Alipay", "支付宝"),
    "taobao": Text("Taobao", "淘宝"), "tmall": Text("Tmall", "天猫"), "jd": Text("JD", "京东"),
    "pdd": Text("Pinduoduo", "拼多多"), "pinduoduo": Text("Pinduoduo", "拼多多"),
    "douyin": Text("Douyin", "抖音"), "xiaohongshu": Text("Xiaohongshu", "小红书"),
    "meituan": Text("Meituan", "美团"), "weibo": Text("Weibo", "微博"),
    "marketplace": Text("marketplace", "电商平台"), "partner": Text("partner", "合作伙伴"),
    "social": Text("social network", "社交平台"), "inperson": _PERSON, "visit": _PERSON,
    "field": Text("field sales", "外勤销售"), "sales": Text("sales staff", "销售人员"),
    "chat": _CHAT, "livechat": _CHAT, "fax": Text("fax", "传真"),
    "whatsapp": Text("WhatsApp", "WhatsApp"), "facebook": Text("Facebook", "Facebook"),
    "instagram": Text("Instagram", "Instagram"), "line": Text("LINE", "LINE"),
}  # fmt: skip
_BOUNCED = Text("could not be delivered", "未能送达")
_ORDERED = Text("ordered", "已下单")
RESPONSES: Mapping[str, Text] = {
    "sent": Text("sent", "已发送"),
    "delivered": Text("delivered", "已送达"),
    "opened": Text("opened", "已打开"), "open": Text("opened", "已打开"),
    "read": Text("read", "已读"),
    "viewed": Text("looked at", "已浏览"), "view": Text("looked at", "已浏览"),
    "clicked": Text("clicked", "已点击"), "click": Text("clicked", "已点击"),
    "replied": Text("replied", "已回复"), "reply": Text("replied", "已回复"),
    "answered": Text("answered", "已应答"),
    "called": Text("called back", "已回电"), "registered": Text("registered", "已报名"),
    "visited": Text("visited", "已到访"), "downloaded": Text("downloaded", "已下载"),
    "ordered": _ORDERED, "order": _ORDERED, "bought": _ORDERED, "purchase": _ORDERED,
    "purchased": _ORDERED, "converted": _ORDERED, "conversion": _ORDERED,
    "redeemed": Text("redeemed", "已核销"), "redeem": Text("redeemed", "已核销"),
    "redemption": Text("redeemed", "已核销"),
    "declined": Text("declined", "已拒绝"), "refused": Text("declined", "已拒绝"),
    "ignored": Text("no answer", "未回应"), "noanswer": Text("no answer", "未回应"),
    "bounced": _BOUNCED, "bounce": _BOUNCED, "failed": _BOUNCED, "undelivered": _BOUNCED,
    "spam": Text("marked as spam", "标记为垃圾信息"),
    "complained": Text("complained", "已投诉"), "complaint": Text("complained", "已投诉"),
    "unsubscribed": Text("unsubscribed", "已退订"), "unsubscribe": Text("unsubscribed", "已退订"),
    "optout": Text("unsubscribed", "已退订"), "subscribed": Text("subscribed", "已订阅"),
}  # fmt: skip
_RETURN = Text("return or refund", "退换货")
CASES: Mapping[str, Text] = {
    "complaint": Text("complaint", "投诉"),
    "question": Text("question", "咨询"), "inquiry": Text("question", "咨询"),
    "enquiry": Text("question", "咨询"),
    "request": Text("request", "请求"), "service": Text("service request", "服务请求"),
    "return": _RETURN, "refund": _RETURN, "returns": _RETURN,
    "exchange": Text("exchange", "换货"),
    "repair": Text("repair", "维修"), "warranty": Text("warranty", "保修"),
    "delivery": Text("delivery", "配送"), "shipping": Text("delivery", "配送"),
    "billing": Text("invoice or payment", "账单或付款"),
    "payment": Text("invoice or payment", "账单或付款"),
    "technical": Text("technical problem", "技术问题"),
    "incident": Text("incident", "故障"), "quality": Text("quality", "质量问题"),
    "cancellation": Text("cancellation", "取消"), "cancel": Text("cancellation", "取消"),
    "data": Text("wish about their own data", "个人信息请求"),
    "praise": Text("praise", "表扬"), "compliment": Text("praise", "表扬"),
    "suggestion": Text("suggestion", "建议"), "feedback": Text("feedback", "反馈"),
    "other": Text("other", "其他"),
}  # fmt: skip
CASE_REASONS: Mapping[str, Text] = {
    "solved": Text("solved", "已解决"), "resolved": Text("solved", "已解决"),
    "compensated": Text("compensated", "已补偿"), "declined": Text("declined", "未予支持"),
    "noanswer": Text("the customer did not answer any more", "客户不再回应"),
    "duplicate": Text("same as another case", "与其他工单重复"),
}  # fmt: skip
_EARNED = Text("earned", "获得")
_REDEEMED = Text("redeemed", "兑换")
_EXPIRED = Text("expired", "过期")
_REVERSED = Text("taken back", "冲回")
POINTS: Mapping[str, Text] = {
    "earned": _EARNED, "earn": _EARNED, "accrual": _EARNED, "accrued": _EARNED,
    "redeemed": _REDEEMED, "redeem": _REDEEMED, "redemption": _REDEEMED, "burn": _REDEEMED,
    "burned": _REDEEMED, "spent": _REDEEMED, "used": _REDEEMED,
    "expired": _EXPIRED, "expire": _EXPIRED, "expiry": _EXPIRED,
    "bonus": Text("bonus", "奖励"), "gift": Text("gift", "赠送"),
    "welcome": Text("welcome bonus", "入会奖励"), "birthday": Text("birthday bonus", "生日奖励"),
    "adjusted": Text("corrected by hand", "人工调整"),
    "adjustment": Text("corrected by hand", "人工调整"),
    "correction": Text("corrected by hand", "人工调整"),
    "reversed": _REVERSED, "reversal": _REVERSED, "returned": _REVERSED, "refund": _REVERSED,
    "transfer": Text("transferred", "转移"), "transferred": Text("transferred", "转移"),
}  # fmt: skip
_CANCELLED = Text("cancelled by the customer", "客户取消")
ENDED: Mapping[str, Text] = {
    "cancelled": _CANCELLED, "canceled": _CANCELLED, "expired": Text("ran out", "到期未续"),
    "lapsed": Text("ran out", "到期未续"), "notrenewed": Text("ran out", "到期未续"),
    "unpaid": Text("not paid", "未付款"), "nonpayment": Text("not paid", "未付款"),
    "paymentfailed": Text("payment failed", "扣款失败"), "price": Text("price", "价格"),
    "moved": Text("moved away", "搬迁"), "service": Text("service", "服务"),
    "competitor": Text("went to a rival", "转向竞争者"),
    "upgraded": Text("changed to more", "升级"),
    "downgraded": Text("changed to less", "降级"), "unknown": Text("unknown", "原因不明"),
    "other": Text("other", "其他"),
}  # fmt: skip
# By table and column of the facts; a channel is called the same in each.
NAMES: Mapping[tuple[str, str], Mapping[str, Text]] = {
    ("cases", "kind"): CASES,
    ("cases", "reason"): CASE_REASONS,
    ("responses", "kind"): RESPONSES,
    ("points_entries", "kind"): POINTS,
    ("subscriptions", "ended_reason"): ENDED,
}
_CHANNEL = "channel"


def said(table: str, column: str, code: object, lang: Language) -> str:
    """What a code of the facts is called; the code itself where it has no name here."""
    if code is None:
        return ""
    text = str(code)
    names = CHANNELS if column == _CHANNEL else NAMES.get((table, column), {})
    found = names.get(_plain(text))
    return found.say(lang) if found is not None else text


def _plain(code: str) -> str:
    """A code without what its spellings differ by."""
    return re.sub(r"[\s_-]+", "", code).casefold()
