"""What 禾木生活 sells: eleven categories, prices in yuan, and how fast each is used up."""

from dataclasses import dataclass

import numpy as np

from weixi.simulate.arrays import Bools, Floats, Ints

# category: (days until it is needed again, popularity with consumers, "name price …")
# The unit cost is a share of the price that belongs to the category.
CATEGORIES: dict[str, tuple[int, float, float, str]] = {
    "净水滤芯": (
        120,
        1.0,
        0.46,
        "PP棉滤芯10寸 29.9;前置活性炭滤芯 45;RO反渗透膜75G 168;RO反渗透膜400G 329;"
        "后置活性炭滤芯 49;净水壶滤芯三支装 89;龙头净水器滤芯 36;超滤膜滤芯 118;"
        "直饮机复合滤芯 259",
    ),
    "米面粮油": (
        30,
        2.4,
        0.78,
        "五常稻花香大米5kg 79.9;盘锦珍珠米10kg 96;高筋小麦粉5kg 32.8;荞麦挂面800g 12.9;"
        "非转基因大豆油5L 69.9;压榨一级花生油5L 149;物理压榨菜籽油5L 86;有机小米2kg 39.9;"
        "东北黑木耳250g 36;杂粮粥米1.5kg 25.8",
    ),
    "厨房调味": (
        45,
        1.5,
        0.62,
        "零添加酱油500ml 15.8;镇江香醋550ml 11.9;郫县豆瓣酱1kg 18.9;加碘精制盐400g 3.5;"
        "绵白糖1kg 9.9;蚝油700g 13.5;芝麻香油400ml 28.8;火锅底料300g 19.9;鸡精454g 16.9",
    ),
    "茶饮咖啡": (
        40,
        1.3,
        0.52,
        "西湖龙井100g 128;安溪铁观音250g 88;云南滇红250g 69;茉莉花茶200g 45;"
        "陈皮普洱小青柑250g 108;冻干咖啡粉36颗 79;挂耳咖啡20包 65;胎菊王80g 29.9;袋泡红茶100包 39",
    ),
    "清洁洗护": (
        45,
        1.8,
        0.55,
        "天然皂粉2.5kg 42.9;薰衣草洗衣液3kg 39.9;食品级洗洁精1.5kg 19.9;84消毒液5L 28;"
        "玻璃清洁剂500ml 12.8;厨房重油清洁剂600ml 22.8;氨基酸洗发水750ml 69;沐浴露1L 39.9;"
        "抑菌洗手液500ml 15.9;酒店装牙具套装100套 96",
    ),
    "生活用纸": (
        35,
        1.9,
        0.68,
        "竹浆抽纸30包 49.9;无芯卷纸27卷 36.9;厨房用纸8卷 29.9;湿厕纸80片6包 45;"
        "擦手纸20包 78;大盘纸12卷 92;便携手帕纸36包 19.9",
    ),
    "厨具餐具": (
        200,
        0.7,
        0.5,
        "304不锈钢炒锅32cm 269;铸铁珐琅汤锅24cm 459;竹木砧板双面 89;不粘煎锅28cm 139;"
        "骨瓷餐具16头 218;玻璃保鲜盒五件套 79;硅胶锅铲套装 49;不锈钢筷子10双 35;保温壶1.9L 128",
    ),
    "家纺": (
        250,
        0.7,
        0.48,
        "新疆长绒棉四件套 359;桑蚕丝被2kg 799;乳胶枕一对 298;纯棉浴巾两条 89;"
        "酒店白毛巾10条 118;夏凉竹席1.8m 239;羊毛毯150×200 328",
    ),
    "休闲零食": (
        25,
        2.2,
        0.6,
        "每日坚果30包 99;原味腰果500g 59.9;手工牛轧糖500g 36;山楂片400g 15.8;芒果干300g 22.9;"
        "苏式月饼8枚 68;广式双黄莲蓉月饼礼盒 168;云南鲜花饼10枚 39.9;海苔夹心脆6罐 49;"
        "五香牛肉干250g 65;年货糖果大礼包 88",
    ),
    "生鲜果蔬": (
        14,
        1.6,
        0.72,
        "烟台红富士苹果 9.8;赣南脐橙 8.6;海南贵妃芒果 15.8;有机番茄 11.9;本地青菜 6.5;"
        "云南高山娃娃菜 7.9;土鸡蛋30枚 46;冷鲜五花肉 39.8;三文鱼中段 128",
    ),
    "小家电": (
        365,
        0.5,
        0.7,
        "家用净水器 1599;空气净化器 1299;养生壶1.5L 169;破壁机 399;电饭煲4L 329;"
        "手持除螨仪 259;电热水壶1.7L 99",
    ),
}
BY_WEIGHT = ("苹果", "脐橙", "芒果", "番茄", "青菜", "娃娃菜", "五花肉", "三文鱼")
# Sold only around their festival: months of sale; outside them the shelf holds nuts instead.
FESTIVE = {"月饼": (8, 9, 10), "年货": (12, 1, 2)}
# What each trade of business customer mainly buys.
TRADES: dict[str, tuple[str, ...]] = {
    "酒店": ("清洁洗护", "家纺", "生活用纸"),
    "民宿": ("家纺", "清洁洗护", "茶饮咖啡"),
    "幼儿园": ("生鲜果蔬", "米面粮油", "清洁洗护"),
    "餐饮": ("米面粮油", "厨房调味", "生鲜果蔬"),
    "办公": ("茶饮咖啡", "生活用纸", "净水滤芯"),
    "养老服务": ("米面粮油", "生鲜果蔬", "生活用纸"),
    "诊所": ("净水滤芯", "清洁洗护", "生活用纸"),
    "学校": ("净水滤芯", "米面粮油", "清洁洗护"),
    "健身": ("净水滤芯", "清洁洗护", "生活用纸"),
    "物业": ("清洁洗护", "生活用纸", "净水滤芯"),
}
NAMES = list(CATEGORIES)


@dataclass(frozen=True)
class Catalog:
    """All products as columns; `first` and `count` say where a category's products lie."""

    ids: list[str]
    names: list[str]
    category: Ints
    price: Ints  # fen
    cost: Ints  # fen
    by_weight: Bools
    months: Bools  # product × month - 1: on sale
    popularity: Floats
    first: Ints
    count: Ints
    rhythm: Floats  # days, per category
    category_weight: Floats


def catalog() -> Catalog:
    """Build the columns from the text above."""
    parsed: list[tuple[int, int, str, str]] = []
    for c, category_name in enumerate(NAMES):
        for i, item in enumerate(CATEGORIES[category_name][3].split(";")):
            name, _, text = item.rpartition(" ")
            parsed.append((c, i, name, text))
    names = [name for _, _, name, _ in parsed]
    category = np.array([c for c, _, _, _ in parsed], dtype=np.int64)
    price = np.array([round(float(text) * 100) for *_, text in parsed], dtype=np.int64)
    share = np.array([CATEGORIES[name][2] for name in NAMES])[category]
    count = np.bincount(category)
    return Catalog(
        ids=[f"P{c + 1:02d}{i + 1:02d}" for c, i, _, _ in parsed],
        names=names,
        category=category,
        price=price,
        cost=np.rint(price * share).astype(np.int64),
        by_weight=np.array([any(word in name for word in BY_WEIGHT) for name in names]),
        months=np.array([_months(name) for name in names]),
        popularity=np.array([1 / (1 + 0.4 * i) for _, i, _, _ in parsed]),
        first=np.cumsum(count) - count,
        count=count,
        rhythm=np.array([float(CATEGORIES[name][0]) for name in NAMES]),
        category_weight=np.array([CATEGORIES[name][1] for name in NAMES]),
    )


def _months(name: str) -> list[bool]:
    """In which months the product is on sale."""
    sold = next((months for word, months in FESTIVE.items() if word in name), range(1, 13))
    return [month in sold for month in range(1, 13)]
