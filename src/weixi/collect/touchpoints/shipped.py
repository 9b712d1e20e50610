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


# Levels of the first five from the source: face to face "cost high, rather slow, very rich,
# strong interaction"; letter "medium, slow, rich, weak"; e-mail and website "low, fast, rich,
# rather weak"; phone "high, very fast, not rich, rather strong". The other four in its manner.
SHIPPED_CHANNELS = (
    ShippedChannel("phone", "电话", "Phone", "phone", 3, 5, 2, 4, 50, 100, "phone"),
    ShippedChannel("wecom", "企业微信", "WeCom", "brand-wechat", 1, 4, 3, 4, 0, 80, "wechat"),
    ShippedChannel("wechat", "微信", "WeChat", "brand-wechat", 1, 4, 3, 4, 0, 80, "wechat"),
    ShippedChannel("sms", "短信", "SMS", "message", 1, 5, 1, 1, 5, 0, "phone"),
    ShippedChannel("email", "邮件", "E-mail", "mail", 1, 4, 4, 2, 2, 0, "email"),
    ShippedChannel("face", "面谈", "Face to face", "users", 3, 2, 5, 5, 5_000, 150, ""),
    ShippedChannel("letter", "信函", "Letter", "mail-opened", 2, 1, 4, 1, 300, 0, "address"),
    ShippedChannel("website", "网站", "Website", "world", 1, 4, 4, 2, 0, 0, ""),
    ShippedChannel("club", "会员活动", "Club and events", "confetti", 3, 2, 5, 4, 3_000, 0, ""),
)
