"""The channels of a new installation with their nature (T1). Costs are defaults to be changed."""

from typing import NamedTuple


class ShippedChannel(NamedTuple):
    """Cost 1 low to 3 high; speed, richness, interaction 1 to 5; costs in minor units."""

    code: str
    name_zh: str
    name_en: str
    icon: str
    cost_level: int
    speed: int
    richness: int
    interaction: int
    unit_cost: int
    minute_cost: int
    needs_identity: str
    note_zh: str
    note_en: str
    is_live: bool = False


# Levels of the first five from the source: face to face "cost high, rather slow, very rich,
# strong interaction"; letter "medium, slow, rich, weak"; e-mail and website "low, fast, rich,
# rather weak"; phone "high, very fast, not rich, rather strong". The other four in its manner.
SHIPPED_CHANNELS = (
    ShippedChannel(
        "phone", "电话", "Phone", "phone", 3, 5, 2, 4, 50, 100, "phone",
        "急事、道歉与回访的首选；看不到表情，重要事项事后用文字确认",
        "First choice when it is urgent, for apologies and callbacks; confirm in writing",
        is_live=True,
    ),
    ShippedChannel(
        "wecom", "企业微信", "WeCom", "brand-wechat", 1, 4, 3, 4, 0, 80, "wechat",
        "日常联系与一对一服务；客户归公司所有，不宜群发推销",
        "Daily contact and personal service; no mass selling",
    ),
    ShippedChannel(
        "wechat", "微信", "WeChat", "brand-wechat", 1, 4, 3, 4, 0, 80, "wechat",
        "客户习惯使用；记录须补登到系统",
        "What customers are used to; write down here what was said",
    ),
    ShippedChannel(
        "sms", "短信", "SMS", "message", 1, 5, 1, 1, 5, 0, "phone",
        "简短通知与提醒；说不清复杂的事",
        "Short notices and reminders; nothing that needs explaining",
    ),
    ShippedChannel(
        "email", "邮件", "E-mail", "mail", 1, 4, 4, 2, 2, 0, "email",
        "正式介绍、资料与对账；回复较慢",
        "Formal introductions, documents, statements; answers take longer",
    ),
    ShippedChannel(
        "face", "面谈", "Face to face", "users", 3, 2, 5, 5, 5_000, 150, "",
        "深度咨询与重要客户的情感维系；成本最高",
        "Deep consultation and bonds with important customers; costs most",
        is_live=True,
    ),
    ShippedChannel(
        "letter", "信函", "Letter", "mail-opened", 2, 1, 4, 1, 300, 0, "address",
        "正式、有分量，适合致谢与道歉；最慢",
        "Formal and weighty, good for thanks and apologies; the slowest",
    ),
    ShippedChannel(
        "website", "网站", "Website", "world", 1, 4, 4, 2, 0, 0, "",
        "随时可查的信息与自助办理；客户主动才有互动",
        "Information and self-service at any hour; the customer has to come",
    ),
    ShippedChannel(
        "club", "会员活动", "Club and events", "confetti", 3, 2, 5, 4, 3_000, 0, "",
        "归属感与情感维系；覆盖人数有限",
        "Belonging and feeling; reaches few at a time",
        is_live=True,
    ),
)  # fmt: skip
