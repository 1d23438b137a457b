"""Numbers in a row, numbers and accounts in words, and what only looks like them, as all may see it."""

import pytest

from anchor.guard import privacy, rows

# invented contacts, and what of each must not be seen
CONTACTS = [
    "xhs abc12345 >> abc12345", "douyin: abc12345 >> abc12345", "D音abc12345 >> abc12345", "抖🎵abc12345 >> abc12345",
    "小hong书abc12345 >> abc12345", "围脖lily8899 >> lily8899", "红书lily8899 >> lily8899", "公号lilycoffee >> lilycoffee",
    "insta: abc12345 >> abc12345", "follow abc12345 on instagram >> abc12345", "kik abc12345 >> abc12345", "we chat abc12345 >> abc12345",
    "知乎abc12345 >> abc12345", "V叉abc12345 >> abc12345", "微亻言abc12345 >> abc12345", "绿标abc12345 >> abc12345",
    "那个绿色的app abc12345 >> abc12345", "粉丝群abc12345 >> abc12345", "进群暗号找 abc12345 >> abc12345", "🍠号abc12345 >> abc12345",
    "某信abc12345 >> abc12345", "某宝店铺abc12345 >> abc12345", "DM me on instagram lilycoffee >> lilycoffee",
    "my snapchat is lilycoffee >> lilycoffee", "tg lilycoffee >> lilycoffee", "ig lilycoffee >> lilycoffee", "159中间8888尾号6666 >> 6666",
    "先打159再打8888最后6666 >> 6666", "202 five five five 0147 >> 0147", "口令￥abc123￥ >> abc123", "复制这段￥AbC123d￥打开淘宝 >> AbC123d",
    "3栋2单元501 >> 501", "45 Elm St, Springfield >> Elm", "小红shu lily8899 >> lily8899", "小h书lily8899 >> lily8899", "小红書 lily8899 >> lily8899",
    "抖y音lily8899 >> lily8899", "抖🎶号lily8899 >> lily8899", "dou音 lily8899 >> lily8899", "抖in lily8899 >> lily8899", "斗音lily8899 >> lily8899",
    "围脖 lily_8899 >> lily_8899", "wb lily8899 >> lily8899", "公号：lilyfake >> lilyfake", "公号找lily8899 >> lily8899",
    "insta lily8899 >> lily8899", "my insta: lilyfake >> lilyfake", "insta @lilyfake >> lilyfake", "add lily8899 on snapchat >> lily8899",
    "find lily_8899 on tiktok >> lily_8899", "follow lilycoffee on instagram >> lilycoffee", "lily8899 on ig >> lily8899",
    "message lily8899 on whatsapp >> lily8899", "kik: lily8899 >> lily8899", "my kik is lilycoffee >> lilycoffee",
    "we chat: lily8899 >> lily8899", "知乎 lily_8899 >> lily_8899", "知乎搜lily8899 >> lily8899", "v叉 lily8899 >> lily8899",
    "V✖️lily8899 >> lily8899", "微亻言：lily8899 >> lily8899", "薇亻言lily8899 >> lily8899", "绿标 lily8899 >> lily8899",
    "绿色app搜lily8899 >> lily8899", "绿色的那个app：lily8899 >> lily8899", "绿色图标lily8899 >> lily8899", "粉丝群 lily8899 >> lily8899",
    "粉丝群：12345670 >> 12345670", "福利群lily8899 >> lily8899", "进群找lily8899 >> lily8899", "进群备注 lily8899 >> lily8899",
    "暗号lily8899进群 >> lily8899", "🍠lily8899 >> lily8899", "🍠：lily_8899 >> lily_8899", "📕号 lily8899 >> lily8899", "某信 lily8899 >> lily8899",
    "某信：lilyfake >> lilyfake", "某宝店铺 lily8899 >> lily8899", "某宝店铺：lilyfake >> lilyfake", "某音号lily8899 >> lily8899",
    "某博lily8899 >> lily8899", "dm me on ig lilycoffee >> lilycoffee", "add me on snap lilybakery >> lilybakery",
    "text me on telegram lilybakery >> lilybakery", "my instagram is lilybakery >> lilybakery", "my tg is lilybakery >> lilybakery",
    "telegram lilybakery >> lilybakery", "snapchat lilycoffee >> lilycoffee", "whatsapp lilycoffee >> lilycoffee",
    "138中间0013后面8000 >> 8000", "138开头，中间8888，尾号6666 >> 6666", "前三位159后面88886666 >> 8888", "159然后8888然后6666 >> 6666",
    "159再8888再6666 >> 6666", "前面是186中间7777最后9999 >> 9999", "1 five nine 8888 6666 >> 8888",
    "call 202 five five five zero one four seven >> seven", "two oh two 555 0147 >> 0147", "one three eight 0013 8000 >> 8000",
    "202-555-0147 >> 0147", "(202) 555-0147 >> 0147", "+1 202 555 0147 >> 0147", "+44 7911 123456 >> 7911", "电话 8888 1234 >> 1234",
    "电话8888-1234 >> 1234", "座机 0571 8888 1234 >> 8888", "010-8888 1234 >> 8888", "400 820 1234 >> 820", "400-820-1234 >> 820",
    "4008 201 234 >> 201", "159 8888 6666 >> 8888", "138 001 38 000 >> 001", "138 00 13 80 00 >> 13 80", "13 80 01 38 00 0 >> 80",
    "1380013 8000 >> 8000", "139 1234 5678 >> 1234", "13800 138000 >> 138000", "99 159 168 电话138 0013 8000 >> 0013",
    "199 299 399 138 0013 8000 >> 0013", "6222 0212 3456 7890 123 >> 0212", "4111 1111 1111 1111 >> 1111 1111",
    "110101 19900101 1234 >> 19900101", "11010119900101 123X >> 123X", "83746512 >> 8374", "口令 ￥Xy8zAb12￥ >> Xy8z", "￥aB3dE5fG7h￥ >> aB3d",
    "$aB3dE5fG7h$ >> aB3d", "€aB3dE5fG7h€打开 >> aB3d", "淘口令：aB3dE5fG7h >> aB3d", "(aB3dE5fG7h)复制打开淘宝 >> aB3d", "口令abc12345 >> abc12345",
    "5栋1单元1203室 >> 1203", "12幢3单元402 >> 402", "8号楼2单元1501 >> 1501", "A栋2单元301室 >> 301", "三栋二单元五零一 >> 二单元", "阳光城3栋501室 >> 501",
    "住2单元1102室 >> 1102", "12 Oak St, Boston >> Oak", "221 Baker St. London >> Baker", "1600 Sunset Blvd, LA >> Sunset",
    "45 Elm Street, Springfield >> Elm", "78 Park Rd, Leeds >> Park", "小红S lily8899 >> lily8899", "抖♪lily8899 >> lily8899",
    "DY号：abc12345 >> abc12345", "insta - abc12345 >> abc12345", "Kik me abc12345 >> abc12345", "abc12345 on snapchat >> abc12345",
    "find me on instagram as lilycoffee >> lilycoffee", "ig: lilycoffee >> lilycoffee", "my telegram: lilycoffee >> lilycoffee",
    "hmu on snap lilycoffee >> lilycoffee", "公号搜lilycoffee >> lilycoffee", "知乎号abc12345 >> abc12345", "v×abc12345 >> abc12345",
    "绿标加abc12345 >> abc12345", "粉丝群找abc12345 >> abc12345", "入群暗号abc12345 >> abc12345", "🍠搜abc12345 >> abc12345", "某信搜abc12345 >> abc12345",
    "某宝搜店铺abc12345 >> abc12345", "开头186中间2345最后6789 >> 2345", "186，后面是2345，再后面6789 >> 2345", "one five nine 8888 six six six six >> 8888",
    "call me 4 one five 555 0199 >> 0199", "¥Ab12Cd34¥ >> Ab12", "复制￥q1w2e3r4t5￥到淘宝 >> q1w2", "5栋502室 >> 502", "十二栋三单元一二零三 >> 三单元",
    "7号楼1单元 >> 1单元", "住在88 Maple Ave, Denver >> Maple", "9 High St, Oxford >> High", "159 2468 1357 >> 2468", "(0755) 8642 1357 >> 8642",
    "800 810 1234 >> 810", "+65 9123 4567 >> 9123", "V叉同号 >> 同号", "薇亻訁abc12345 >> abc12345", "红薯号abc12345 >> abc12345",
]  # fmt: skip
# prices, sizes, models, years, countdowns and talk
INNOCENT = [
    "99 159 168", "49.9 59.9 69.9", "24.99 34.99", "59.99 + 19.99", "1999-2999", "1599 1799 1999", "165 170 175", "240 245 250",
    "童装100 110 120 130", "腰围26 27 28 29 30 31 32", "size 8 9 10 11 12", "43 50 55 65 75寸", "1.2 1.5 1.8 2.0米", "500 700 1000",
    "5000 10000 20000毫安", "128 256 512", "8+256 12+512", "ISO 100 200 400 800", "iphone 12 13 14 15", "iPhone 13 14 15 16 能用吗",
    "小米11 12 13 14", "3060 4060 5060", "12400 13400 14400", "2025 2026新款", "2024 2025 2026", "10/12/2026", "10 9 8 7 6 5 4 3 2 1",
    "十九八七六五四三二一", "一二三四五六七", "ten nine eight seven six five four three two one", "1、2、3、4、5、6、7、8、9号链接", "12345678", "打1234567",
    "点赞100000了", "520 1314", "666 888 999", "is it good.me too", "hi.me again", "ig says 19.99", "instagram looks nice", "ig it is fine",
    "199 299 399", "89 129 169 219", "1299 1499 1699 1999", "39.9 49.9", "9.9 19.9 29.9 39.9", "129.9 159.9 199", "139.9 159.9 199.9",
    "19.99, 29.99, 39.99", "$9.99 $19.99 $29.99", "99+59+39", "199-299-399", "100-200 200-300 300-500", "199/299/399/499/599", "2999/3999",
    "88，128，168，198", "88、128、168、198都有吗", "199和1299和1599有什么区别", "199 1299 1599", "159.00 189.00", "35.5 36.5 37.5 38 39",
    "220 225 230 235 240 245", "155 160 165 170 175 180", "80 90 100 110 120 130 140 150", "XS S M 160 165 170", "36/38/40/42/44/46",
    "28-29-30-31-32-33", "75A 75B 80A 80B", "70 75 80 85 90 罩杯", "身高150 155 160 165 170 对应什么码", "1.35 1.5 1.8 2.0的床",
    "32 43 55 65 75 85 98", "24 27 32寸显示器", "64 128 256 512 1024", "16+256 16+512 16+1024", "8+128/12+256", "8G+256G 12G+512G",
    "6000 6400 7200", "4060 4070 4080 4090", "13600 14600 14900", "i5 12400 13400", "5600 5700 5800 7500", "7500F 7600X 9600X",
    "A4 A5 A6 100 200 300", "iphone 8 9 10 11 12", "iphone 11/12/13/14/15/16", "华为 Mate 30 40 50 60 70", "小米 13 14 15 17",
    "p30 p40 p50 p60 p70", "2023 2024 2025", "2019-2026", "1998 2008 2018", "2008/2026", "28/11/2026", "12/10/2026 发货吗", "11-28-2026",
    "28.11.2026", "2026 11 28", "10,9,8,7,6,5,4,3,2,1", "5 4 3 2 1 0 上链接", "9 8 7 6 5 4 3", "1 2 3 4 5 6 7 8 9 10", "2 4 6 8 10 12 14",
    "1 3 5 7 9 11 13", "9876543210", "123456", "1234567890", "7654321", "一二三四五六七八九十", "九八七六五四三二一", "十 九 八 七 六 五 四 三 二 一",
    "nine eight seven six five four three two one", "one two three four five six seven eight nine ten", "1,2,3,4,5,6,7,8,9",
    "1/2/3/4/5/6/7号", "1.2.3.4.5.6.7都要", "1号2号3号4号5号6号7号8号", "关注200000了", "粉丝1000000了", "播放1500000", "销量300000+", "奖池5000000", "123123123",
    "321 321 321", "666 666 888", "1314 520 1314", "888 666", "9999 8888", "520 521 1314", "250 500 1000 2000", "50 100 150 200 250ml",
    "100 200 300 500 1000克", "10000 20000 30000毫安", "3000 5000 8000 10000", "ISO 200 400 800 1600 3200", "f 2.8 4.0 5.6 8.0",
    "24 35 50 85 135", "16-35 24-70 70-200", "300 600 900W", "45 65 100 140瓦", "1080 1440 2160", "2K 4K 1080 1440", "60 90 120 144 165",
    "0-6 6-12 12-24", "1x 2x 3x 100 200 300", "10 12 15 18 20 22 25号", "买99 199 299的有什么不同", "我要 128 256 的", "this 1999 2999 or 3999",
    "is it 49.99 59.99 69.99", "sizes 36 37 38 39 40 41 42", "size 28 30 32 34 36 38", "is this nice.me too", "so good. me too",
    "yes.me too", "wow.me first please", "thanks.me and my sister", "ok.live now", "great.store pickup", "it is nice.me again",
    "no.me neither", "love it.so cute", "ig says it is 1999", "ins says 2026 new", "fb said 29.99", "ig price 1299 1499",
    "tiktok shows 19.99", "tiktok price is 49.9", "instagram is amazing", "instagram stories", "my instagram is private",
    "my snapchat is broken", "telegram channel", "facebook marketplace", "saw it on instagram yesterday", "love your instagram aesthetic",
    "dm me on instagram please", "dm me on instagram tomorrow", "tg everyone", "line everything up", "discord community",
    "follow us on instagram", "follow everyone on instagram", "围脖99 129 159", "围脖2026新款", "抖音价99 159 168", "抖音 99 159 168", "快手 1999-2999",
    "淘宝 49.9 59.9", "小红书 199 299 399", "知乎推荐的吗", "🍠500g", "绿标500ml", "绿标和红标哪个好", "公号里说的99元", "粉丝群在哪", "粉丝群里100元券", "进群领100元", "暗号是什么",
    "暗号666", "某宝卖199", "某宝 1999 2999", "手机 1999 2999", "手机1999-2999的", "手机 128 256 512", "we chat about size 42", "kik是什么", "第3单元501",
    "英语3单元", "3栋别墅", "2单元多少钱", "乐高3栋2座", "45 st, please", "￥199￥299", "￥99 ￥159 ￥168", "口令是什么", "口令666", "口令红包200", "159中间的颜色",
    "前面199后面299", "two for 199 three for 299", "one five seven", "buy one get one two get three", "order 2 of the first 3 of the second 4",
    "follow me on instagram", "V叉是什么", "红书包199", "公号几点发", "D音是什么", "douyin 99 159 168", "xhs same style", "xhs 2026新款", "这款79 那款109 还有139",
    "79.8 88.8 128", "满300减40 满500减80 满1000减200", "裙长85 90 95", "码数22 23 24 25 26", "S 155 M 160 L 165 XL 170", "1TB 2TB 4TB 8TB",
    "32G 64G 128G 256G", "i7 13700 14700", "A15 A16 A17 A18", "小米su7 2024 2025款", "macbook 13 14 15 16寸", "电池4500 5000 5500 6000",
    "600/800/1000/1200转", "1.5 2 2.5 3升", "0.8+1.2+1.6", "10斤 20斤 30斤 50斤 100斤", "5-10-20-50", "3,2,1,上链接", "十、九、八、七、六、五、四、三、二、一",
    "5 4 3 2 1 go", "three two one go", "five four three two one zero", "2019 2020 2021 2022", "12/25/2026", "01/02/2026到货吗",
    "2026.1.1 2026.5.1", "赞到200000开奖", "在线10000 20000 30000", "99999 88888", "1111 2222 3333", "nice.love it", "cool.live soon?",
    "awesome.me next", "my ig is down", "my instagram is hacked", "tiktok shop", "ig reels are fun", "snapchat filters please",
    "facebook said no refunds", "whatsapp group", "telegram price 59.9", "discord server link", "ins 199 299 399", "微博上说 199 299",
    "知乎 2026 测评", "粉丝群 99 199", "绿标 500 1000ml", "围脖 180cm 200cm", "口令2026", "3栋楼的模型", "第2单元第301页", "4 st. nicholas figures",
    "size 6 7 8 9 10 11 12 13", "M 95-105 L 105-115 XL 115-125", "买2件199买3件289买5件459", "第一档 299 第二档 599 第三档 999", "128+256+512 哪个划算",
    "2560 1440 1080", "77 83 85 98寸电视", "30000 20000 10000",
]  # fmt: skip


def test_contacts_are_masked() -> None:
    legible = []
    for contact in CONTACTS:
        written, _, secret = contact.partition(" >> ")
        for comment in (written, f"宝子们，{written}，谢谢", f"主播{written}哦"):
            shown = privacy.words(comment)
            if "***" not in shown or secret.lower() in shown.lower():
                legible.append(comment)
    assert legible == []


def test_numbers_and_words_of_a_sale_stay() -> None:
    comments = [comment for text in INNOCENT for comment in (text, f"主播，{text}？", f"请问{text}呀")]
    assert [comment for comment in comments if "***" in privacy.words(comment)] == []


@pytest.mark.parametrize("between", [" ", "-", "/", ", ", "👉"])
@pytest.mark.parametrize(
    "number", ["138 0013 8000", "186 7531 2468", "0571 8642 1357", "400 820 1234", "159 35742 861"]
)
def test_a_number_to_call_in_groups_is_masked(number: str, between: str) -> None:
    assert privacy.words("我的" + number.replace(" ", between) + "哦") == "我的***哦"


def test_only_the_number_to_call_is_masked_among_prices() -> None:
    assert privacy.words("199 299 138 0013 8000 88") == "199 299 *** 88"


def test_what_joins_to_a_number_is_told_from_a_list() -> None:
    assert rows.dialled(["138", "0013", "8000"]) and rows.dialled(["13800138000"]) and rows.dialled(["010", "88881234"])
    assert not any(map(rows.dialled, (["199", "1299", "1599"], ["139.9", "159.9", "199"], ["10", "12", "2026"])))
    assert rows.goods(["26", "27", "28"]) and rows.goods(["99.9", "5.5"]) and not rows.goods(["138", "0013"])


@pytest.mark.parametrize(
    "repeated", ["1+", "1,2,", "1.5.", "10 9 8 ", "159中间8888", "five 1 ", "tg a", "my ig is ", "follow a on ", "￥a1", "口令a1", "3栋2单元", "45 elm ", "good.me "]
)  # fmt: skip
def test_a_long_comment_comes_to_an_end(repeated: str) -> None:
    """An expression that tries every way would take hours; `make bench` measures the usual time."""
    assert isinstance(privacy.words((repeated * 500)[:500]), str)
