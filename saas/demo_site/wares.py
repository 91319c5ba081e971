"""What the shop sells and says.  These are a customer's words, not the product's: they are not in our translations."""

from typing import NamedTuple


class Tea(NamedTuple):
    colour: str
    price: int
    name: dict[str, str]
    line: dict[str, str]
    text: dict[str, str]
    brew: dict[str, str]


PAGES = ("home", "delivery", "about")

TEAS = {
    "spring-green": Tea(
        "green",
        18,
        {"en": "Spring Green", "zh": "明前龙井"},
        {"en": "Picked before the April rain", "zh": "清明前采摘"},
        {
            "en": "Flat, tender leaves from the hills above the lake. It tastes of chestnuts and young peas, and forgives hot water.",
            "zh": "湖畔山坡上的嫩芽，扁平光润。入口有炒栗与嫩豌豆的香气，稍高的水温也不苦涩。",
        },
        {"en": "3 g · 80 °C · 2 minutes", "zh": "3 克 · 80 °C · 2 分钟"},
    ),
    "rock-oolong": Tea(
        "amber",
        26,
        {"en": "Rock Oolong", "zh": "武夷岩茶"},
        {"en": "Roasted over charcoal, twice", "zh": "两道炭焙"},
        {
            "en": "Grown between cliffs and roasted slowly. Dark fruit and warm stone first, flowers much later. Good for ten infusions.",
            "zh": "生于岩壁之间，慢火炭焙。先是熟果与岩韵，花香在后。可泡十道。",
        },
        {"en": "5 g · 98 °C · 20 seconds, then longer", "zh": "5 克 · 98 °C · 首泡 20 秒，逐泡延长"},
    ),
    "old-tree-black": Tea(
        "red",
        22,
        {"en": "Old Tree Black", "zh": "古树红茶"},
        {"en": "Honey and malt", "zh": "蜜香，麦香"},
        {
            "en": "Leaves of trees older than anybody who picks them. Sweet without sugar, strong without bitterness; it likes milk.",
            "zh": "采自百年古树。不加糖而甜，浓而不苦，也适合加奶。",
        },
        {"en": "4 g · 95 °C · 3 minutes", "zh": "4 克 · 95 °C · 3 分钟"},
    ),
    "white-moon": Tea(
        "silver",
        31,
        {"en": "White Moon", "zh": "月光白"},
        {"en": "Dried in the shade, nothing else", "zh": "只晾不炒"},
        {
            "en": "Nothing is done to these buds but waiting. Hay, melon, and something like the smell of clean linen.",
            "zh": "芽叶只经阴干，不炒不揉。有干草与蜜瓜的香气，清洁如新晒的棉布。",
        },
        {"en": "4 g · 85 °C · 4 minutes", "zh": "4 克 · 85 °C · 4 分钟"},
    ),
}

LANGUAGES = {
    "en": {
        "code": "en",
        "shop": "Acme Tea",
        "motto": "Four teas. All of them good.",
        "lead": "We buy from four gardens, once a year, as much as we can drink and sell. Ask us anything: a person answers.",
        "home": "Teas",
        "delivery": "Delivery",
        "about": "About us",
        "price": "{} € for 100 g",
        "look": "Look closer",
        "brew": "How to make it",
        "back": "All teas",
        "other": "中文",
        "foot": "A demo shop. Nothing is for sale, and the chat in the corner is real.",
        "delivery_title": "It leaves tomorrow",
        "delivery_text": [
            "Orders before three o'clock leave the next morning. Within the city by bicycle, elsewhere by post.",
            "Free from 40 €. Below that, 4 €, wherever you live.",
            "Broken tin, wrong tea, changed mind: write to us in the chat within 30 days.",
        ],
        "about_title": "Two kettles and a cellar",
        "about_text": [
            "Acme Tea began in a cellar in 2011, with two kettles and one tea too many.",
            "Olga buys. Adam packs. Nina answers, in English and in Chinese.",
        ],
    },
    "zh": {
        "code": "zh-CN",
        "shop": "Acme 茶铺",
        "motto": "只卖四款茶，款款用心。",
        "lead": "每年从四座茶园各收一批，够喝也够卖。有问题请直接问，回答您的是真人。",
        "home": "茶品",
        "delivery": "配送",
        "about": "关于我们",
        "price": "{} 欧元 / 100 克",
        "look": "看看这款",
        "brew": "冲泡方法",
        "back": "全部茶品",
        "other": "English",
        "foot": "这是演示商店，商品不出售；右下角的对话是真的。",
        "delivery_title": "明天就发货",
        "delivery_text": [
            "下午三点前下单，次日早晨发出。市内自行车送达，其他地区邮寄。",
            "满 40 欧元免运费，不满收 4 欧元，不分地区。",
            "罐子破损、发错茶、改了主意：30 天内在对话里告诉我们即可。",
        ],
        "about_title": "两把壶，一间地下室",
        "about_text": [
            "2011 年，Acme 茶铺在一间地下室开始，只有两把壶和一款多出来的茶。",
            "Olga 采购，Adam 打包，Nina 用中文和英文回答问题。",
        ],
    },
}
