"""The operator's words: held to what is forbidden and to prices of products, and to nothing else."""

import asyncio
from pathlib import Path

import pytest

from anchor.desk.desk import Desk
from anchor.mind.minds import alone
from anchor.records.records import Records
from anchor.types import Ref
from persona.check import open_persona
from persona.model import Product

DEMO = open_persona(Path("persona/xiaomei"))[0]
CAFE = open_persona(Path("tests/eval/cafe"))[0]
GADGETS = open_persona(Path("tests/eval/gadgets"))[0]
STALL = DEMO.model_copy(
    update={
        "products": (
            Product(id="apple", name="洛川红富士苹果5斤装", aliases=("苹果",), price="29.90", was="39.90"),
            Product(id="rice", name="五常大米10kg", aliases=("大米",), price="129"),
            Product(
                id="bag",
                name="【3卷装】加厚垃圾袋-45×50cm（150只）",
                aliases=("垃圾袋",),
                price="15.80",
                facts={"数量": "50只×3卷"},
            ),
            Product(id="case", name="iPhone 16 Pro Max 磁吸手机壳", aliases=("手机壳",), price="49"),
            Product(id="coat", name="轻薄羽绒服", aliases=("羽绒服",), price="299", was="499"),
            Product(id="mask", name="补水面膜", aliases=("面膜",), price="99", was="168", facts={"规格": "25ml×10片"}),
            Product(id="tissue", name="原木抽纸", aliases=("抽纸",), price="25.90", facts={"规格": "130抽×24包"}),
        ),
        "shop": {"包邮": "满 59 元包邮，新疆西藏除外"},
        "faq": (),
        "scripts": DEMO.scripts[:1],
    }
)
"""goods whose names, forms and terms hold numbers and words of sales"""
SHOPS = {"demo": (DEMO, "pot"), "cafe": (CAFE, "coat"), "gadgets": (GADGETS, "lamp"), "stall": (STALL, "apple")}
"""each with the product in focus"""
FALSE = {
    "demo": [
        "手冲壶今晚69.9包邮到家", "家人们手冲壶只收85", "咖啡壶到手88块", "壶领完优惠券只要89元", "手冲壶折后八十九", "手冲壶活动价89元起", "手冲壶平台补贴后85", "抢到红包以后手冲壶59", "手冲壶满减完是79", "手冲壶冲到六十九",
        "手冲壶杀到69元", "手冲壶，六十九，闭眼拿", "手冲壶我给大家做到79", "手冲壶两个只要150", "买两把手冲壶150元", "手冲壶三把一起拿250", "五包咖啡豆只要200元", "咖啡豆一包45", "咖啡豆每包40块", "两包豆子79块9",
        "磨豆机一台150两台300", "豆子买二送一", "磨豆机买一台送一台", "手冲壶第二把只要9.9", "手冲壶今天五折", "咖啡豆半价", "全场半价", "全场都是99", "全场49元起", "每样都99", "手冲壶和豆子一起拿120",
        "手冲壶加豆子只要139元", "磨豆机和手冲壶一套250", "手冲壶99，磨豆机也是99", "手冲壶、磨豆机都只要99元", "手冲壶旁边这个磨豆机只要99", "豆子跟手冲壶同价，都是99", "手冲壶便宜了一百块", "手冲壶比原价省80块", "磨豆机直降100元",
        "豆子立减30", "手冲壶原价299现在99", "壶平时卖200块", "豆子之前99", "手冲壶不到90块", "手冲壶八十块以内", "手冲壶八十多块", "手冲壶七十块左右", "手冲壶不要159，不要99，只要69", "手冲壶六十九块九", "壶六十九",
        "手冲壶陆拾玖元", "手冲壶69啦", "手冲壶69想要的举手", "手冲壶才69你敢信", "69块就能把手冲壶抱回家", "只要69元，手冲壶带走", "手冲壶这款现在是59.9的", "129的磨豆机最后十台", "这么好的磨豆机，才一百二", "磨豆机一百二十八拿走",
        "今天磨豆机什么价？128！", "二号链接99元", "3号链接只要39.9", "一百块手冲壶找你三十", "姐妹们听我说，手冲壶今天给到大家八十九", "手冲壶直播间补贴到手只要79块9", "这个手冲壶呢，你们只需要付79元", "手冲壶优惠以后是89",
        "咖啡壶三十九块九秒了", "磨豆机跟豆子加一起200块", "手冲壶买三把才200", "手冲壶，一把80，两把150", "手冲壶拍两件打九折", "豆子第二包五折", "磨豆机券后一百四十八", "减掉红包手冲壶79", "磨豆机原价168，今天99",
        "手冲壶原来卖三百", "豆子便宜五十块", "下单手冲壶省99", "有没有要89块钱的手冲壶的", "89块钱一把的手冲壶，库存不多了", "磨豆机99！手冲壶168！", "来，磨豆机，价格九十九", "豆子直播价三十九块九", "手冲壶79包邮", "手冲壶79元包邮",
        "手冲壶79的福利价", "手冲壶减到79元", "领券只要79", "用完券79元", "红包价79", "抵完红包79元", "补贴价79元", "百亿补贴79元", "省钱价79元", "满意价79元", "含运费79元", "两把手冲壶99", "手冲壶99元两个",
        "三包咖啡豆49.9", "磨豆机168买一送一", "手冲壶第二把半价", "手冲壶和磨豆机都是99", "磨豆机跟手冲壶一样99", "手冲壶边上的磨豆机99", "手冲壶优惠价60元", "优惠到60", "降到60元", "立减后60元", "手冲壶立省100元",
        "优惠了70", "手冲壶优惠了70", "磨豆机便宜300", "手冲壶79要的扣1", "手冲壶79要不要", "手冲壶79走起", "手冲壶79秒", "手冲壶79家人们", "手冲壶79🔥", "手冲壶打到79", "手冲壶是79的", "79的手冲壶还有谁没拍",
        "79拿一把手冲壶", "七十九一把的手冲壶", "手冲壶⑦⑨元", "手冲壶7⃣️9⃣️元", "磨豆机1百5", "手冲壶全场八折", "手冲壶0元购", "手冲壶打八折", "磨豆机来了！今天只要99元", "kettle 79", "pot 79 now",
        "手冲壶今天七折",
        "手冲壶，平时159，今天直播间给到家人们79", "这把手冲壶我们今天不卖99，卖79", "手冲壶只要一张50就能拿走", "手冲壶79再送滤纸", "手冲壶79送滤纸50张", "手冲壶到手79还包邮", "磨豆机只要手冲壶的价格99元", "手冲壶+磨豆机只要200",
        "咖啡豆3包100", "咖啡豆100三包", "手冲壶一件79两件150", "手冲壶79一个，要的抓紧", "手冲壶79吧", "手冲壶79行不行", "手冲壶卖你们79", "我手冲壶就卖79", "手冲壶七折后69", "手冲壶现价79，原价159",
        "手冲壶79不能再低了", "手冲壶79?不，69！", "手冲壶福利价只要79", "手冲壶包邮79", "手冲壶顺丰包邮79元", "手冲壶含运费89", "手冲壶79(限今天)", "手冲壶今天是79块钱", "手冲壶，79块，拿去", "咖啡豆一斤只要60",
        "磨豆机贵？磨豆机才88", "手冲壶拍下79", "手冲壶付款79", "磨豆机下单立减68到手100", "磨豆机用完红包100元", "2号链接，只要100块", "手冲壶今晚给大家炸到59", "手冲壶原价是199块", "壶，89，上链接", "这款咖啡壶市场价259",
        "咖啡豆两包89", "咖啡豆打包五袋220", "家人们磨豆机直接一百三", "磨豆机补贴完只要一百二十九", "手冲壶跟磨豆机打包价239元", "全部商品今天都是49.9", "手冲壶现在下单便宜80", "手冲壶只卖七十几块", "手冲壶89的价格你上哪找",
        "手冲壶89元任性冲", "手冲壶券后只需八十九块九", "手冲壶三个朋友一起拼只要79", "手冲壶买2件打8.5折", "豆子满意价39块9", "kettle only 89 today", "宝宝们手冲壶今天不要99只要66", "手冲壶七十五块一把，两把一百四",
        "手冲壶清仓价八十", "磨豆机专享价只要120元", "云南咖啡豆三十五块钱一包", "咖啡豆平时就卖88", "手冲壶现在比原价便宜整整100", "手冲壶、磨豆机、咖啡豆三样一起299", "两包咖啡豆加一把手冲壶180元", "手冲壶每把八十",
        "手冲壶加十块就能多一把", "手冲壶85块，满意再买", "手冲壶今天打七五折", "壶66，机138", "买手冲壶的话75就够了", "手冲壶你给我75就行",
    ],
    "cafe": [
        "羽绒服白色L码319", "雾蓝XL的羽绒服只要299", "羽绒服加大码XL今天299元", "2XL的卫衣129", "卫衣灰色2XL码129元", "卫衣M码139", "冷萃大盒二十九块九", "冷萃小盒79", "大份提拉米苏只要38", "提拉米苏68元小份",
        "加大款托特包五十九", "卫衣优惠60元", "两件卫衣129", "卫衣2XL今天129块", "卫衣99", "卫衣原价199", "冷萃大份只要五十九", "米白的托特包79", "黑色XL羽绒服299元", "两件羽绒服500块", "提拉米苏大份小份都是38",
        "冷萃大份29.9", "提拉米苏小份68元", "羽绒服XL码299", "羽绒服XL 299元", "托特包加大款59元", "黑色托特包59", "大份提拉米苏三十八", "羽绒服便宜300",
        "托特包黑色的也是59", "托特包都是59", "羽绒服从M到XL都是299", "冷萃大份买两份79", "冷萃大份50", "冷萃大盒跟小盒都29.9", "羽绒服白色319", "卫衣2XL码只要129", "提拉米苏大份今天四十八", "大份冷萃今天只要29.9",
        "羽绒服雾蓝XL 299", "托特包黑色加大款今天65", "卫衣所有尺码都是129",
    ],
    "stall": [
        "苹果19.9一箱", "大米九十九一袋", "抽纸两提25.9", "垃圾袋3卷9.9", "面膜69一盒", "补水面膜第二盒半价", "手机壳领券29元", "羽绒服券后199", "垃圾袋两件15.8", "苹果19块9一箱包邮", "抽纸一提19.9",
        "面膜买一送一", "大米原价199", "垃圾袋9块9包邮", "抽纸79元", "补水面膜79元", "手机壳59", "苹果59", "抽纸15.9一提", "抽纸39.9", "面膜168片只要79",
        "补水面膜两盒99", "手机壳59包邮", "抽纸今天19.9", "羽绒服到手199块", "大米一百一", "羽绒服只要一百九十九", "抽纸三提只要59", "苹果原价59", "大米只要一百块",
    ],
    "gadgets": [
        "the lamp is just 15 bucks", "lamp for nineteen dollars", "headphones only 39.99 tonight", "grab the mug for 9.99", "mug 12 dollars each",
        "three mugs for 30 dollars", "headphones and lamp for 59.99", "the bottle was 39.99 before", "the case drops to 14.99",
        "everything 9.99 today", "half off on the headphones", "30% off the mug", "save 50 dollars on the headphones", "phone case 9.99 shipped",
        "desk lamp under 20 dollars", "the batteries are seven ninety-nine", "the mug is ten dollars", "headphones for just 45",
        "get the lamp at $20", "lamp was 49.99", "two cases for 19.99", "mugs are two for one", "the bottle is only 17.99 tonight",
        "headphones are half price", "headphones 49.99 today", "lamp 19.99 each", "any item 9.99", "lamp nineteen ninety-nine",
        "29.99 dollars deposit free", "lamp with coupon 19.99", "lamp was 39.99", "two mugs for 14.75", "the lamp is 20% off",
        "save 20 dollars on the lamp", "buy one lamp get one free",
        "headphones for thirty-nine ninety-nine", "buy two mugs get one free", "lamp, 14.99, grab it", "the mug costs 12",
        "batteries 9.99 with free shipping", "the case is 9.99 today only", "two lamps for 39.99", "headphones at 49 each",
        "our water bottle is twenty dollars",
    ],
}  # fmt: skip
"""Prices, savings and deals that are not the product's own."""
INNOCENT = {
    "demo": [
        "手冲壶今晚99包邮到家", "家人们手冲壶只收99", "壶领完优惠券也是99元", "手冲壶，九十九，闭眼拿", "买两把手冲壶198元", "手冲壶三把一起拿297", "五包咖啡豆249.5", "咖啡豆每包49块9", "磨豆机一台168两台336",
        "全场49.9起", "手冲壶和豆子一起拿148.9", "两把手冲壶加一包豆子247.9", "手冲壶99，磨豆机要168", "手冲壶、磨豆机、豆子分别是99、168、49.9", "手冲壶旁边这个磨豆机168", "手冲壶便宜了六十块", "磨豆机比原价省51",
        "豆子立减18.1", "手冲壶原价159现在99", "壶平时卖159块", "手冲壶一百块以内", "手冲壶九十多块", "九十九块就能把手冲壶抱回家", "99的手冲壶最后十把", "这么好的磨豆机，才一百六十八", "今天磨豆机什么价？168！", "二号链接168元",
        "手冲壶99啦，磨豆机168啦", "今天这两样一共217.9", "咱们一块儿倒数三个数", "把这块抹布放左边", "这一块我不太懂", "掰一块巧克力配咖啡", "两块饼干配一杯咖啡", "壶身这一块是加厚的", "水烧到92再冲", "粉15克，水225",
        "第一次注水到50，第二次到150", "磨豆机刻度拧到18", "闷蒸30秒以后注水到120", "手冲壶500毫升，够两个人喝", "304的手冲壶不会生锈", "手冲壶净重420", "今天已经出了260单", "刚刚又拍了20", "现在在线有300",
        "人数冲到800我们抽奖", "点赞到2万就发福利", "还差50人就开奖", "手冲壶库存只有200", "手冲壶已经卖了800", "最后10把手冲壶", "手冲壶限量50把", "前100名下单送滤纸", "抽三位送咖啡豆", "送一张50元的优惠券", "关注领5元红包",
        "满200减20的券已经发了", "新人有10块钱红包", "运费险最高赔12元", "新疆邮费要加15元", "退回来的运费大概8块", "礼袋另收3元", "贺卡2元一张", "刻字加20块", "晒单返3块钱", "坏了赔你10块", "谢谢老板送的嘉年华，3000块呢",
        "谢谢用户520送的小心心", "工号8899为您服务", "订单尾号6688的朋友", "今天不卖79，也不卖89", "手冲壶不是买一送一", "我们从来不打八折", "专柜同款要300多", "外面一把这样的壶要二百", "别人家卖199，我们99",
        "手冲壶买贵了退差价", "保价15天，降价补差价", "身高165体重110的姐姐", "我今年25，喝咖啡8年", "早上9点到晚上10点都有人", "8点30准时抽奖", "晚上19:30见", "12月20号之前都能到", "中通三天到，顺丰一天到", "3号链接马上讲",
        "点第2个链接", "把666打在公屏上", "1起来，想要的扣1", "三二一，上链接", "价格稍后公布", "价格都在链接里", "这个价格真的很有诚意", "姐妹们听我说，手冲壶今天给到大家九十九", "手冲壶直播间到手只要99块", "手冲壶优惠以后是99",
        "咖啡豆四十九块九秒了", "磨豆机跟豆子加一起217.9", "手冲壶，一把99，两把198", "磨豆机原价219，今天168", "豆子原来卖68", "豆子便宜十八块一", "有没有要99块钱的手冲壶的", "磨豆机168！手冲壶99！", "来，磨豆机，价格一百六十八",
        "这个壶我自己用了3年", "壶底这一块特别厚", "咱俩一块喝咖啡", "豆子磨到20刻度最香", "水粉比1比15", "水温建议88到92", "这锅水烧到95", "一次冲300就够了", "壶的容量500，别倒太满", "手冲壶只剩40把了",
        "刚才一分钟卖了60把壶", "已经有150个人下单", "欢迎新进来的200位朋友", "冲到1500个赞给大家抽奖", "抽5个朋友送滤纸", "今天送出去88个红包", "红包金额是5块到20块", "关注主播领3元券", "运费满59免", "偏远地区补10元邮费",
        "顺丰要加12块", "换货运费我们承担，最高15元", "送的小勺子价值9块9", "包装盒单独买要8块", "刻字一次15元", "感谢大哥送的火箭，500块呢", "淘宝上同样的要卖260", "超市一包这样的豆子都要90", "以前在外面买这样一把壶得三四百",
        "我们不做第二件半价", "手冲壶不是89，别听错了", "不到一百块就能拿手冲壶", "手冲壶质保一年，磨豆机两年", "到货一般3到5天", "晚上8点还有一场", "每晚7点半开播", "5、4、3、2、1上链接", "弹幕打888", "房间号10086",
        "切一块提拉米苏", "随单送两块抹布", "咱们一块聊聊", "售后这一块放心", "一元复始", "水温控制在90", "注水到225", "刻度调到24", "手冲壶注水到225", "磨豆机刻度调到24", "直径9.5", "百分之80", "一天卖1000",
        "已经拍了300", "月销1万", "剩最后20", "库存还有200", "保价七天", "用户8899", "顺丰加收10元", "包装费5元", "礼盒加10元", "退换货运费我们出，最高12元", "晒图返5元", "1元抽奖", "10元无门槛券",
        "嘉年华3000块", "手冲壶加磨豆机一共267", "三样一起拿316.9", "手冲壶不到一百块", "一百块找一块", "手冲壶不是79，是99", "别家的壶要200多", "别家的壶要200多，我们只要99", "手冲壶159现在99", "手冲壶从159降到99",
        "手冲壶直降60元到99", "手冲壶原价159优惠60到手99", "磨豆机来了！今天只要168元", "3号链接49.9", "2号链接168元", "两把手冲壶198", "手冲壶两把一共198", "手冲壶99一把，两把198",
        "手冲壶99，磨豆机168，豆子49.9", "手冲壶和磨豆机分别是99和168", "磨豆机比手冲壶贵69", "168的磨豆机和99的手冲壶", "手冲壶一百块不到", "手冲壶一百块左右", "满100减20", "全场满200减30", "买满两件包邮",
        "满59元包邮，手冲壶99",
        "手冲壶，平时159，今天直播间给到家人们99", "这把手冲壶今天不卖159，卖99", "手冲壶99再送滤纸", "手冲壶99送滤纸50张", "手冲壶99还包邮", "咖啡豆3包149.7", "手冲壶一件99两件198", "手冲壶现价99，原价159",
        "手冲壶含运费99", "手冲壶拍下99", "磨豆机下单立减51到手168", "手冲壶买一把送一份冲煮说明", "手冲壶送50张滤纸", "手冲壶配的滤纸是V60的", "手冲壶的盖子直径8.5厘米", "手冲壶卖得最好的一天卖了500", "手冲壶好评率98",
        "手冲壶评分4.9", "手冲壶今天卖了三百把", "手冲壶昨天卖了两百多", "手冲壶还有200，磨豆机还有86", "手冲壶质保1年，坏了赔您一把新的", "手冲壶拍之前先领10元券", "手冲壶满200减20的券可以用", "手冲壶下面有一张5元优惠券",
        "拍手冲壶的朋友备注暗号66", "手冲壶的朋友打1，磨豆机的打2", "手冲壶第3天就能到", "手冲壶1号链接，磨豆机2号链接", "手冲壶从义乌发，2天到", "手冲壶能冲2到3杯", "手冲壶建议搭配92度的水", "手冲壶装到400就可以了",
        "手冲壶我摔了100次都没坏", "手冲壶用了10年的配方", "手冲壶有300多个好评", "手冲壶月销2000+", "手冲壶全网卖出10万把", "磨豆机手摇60圈磨一杯", "磨豆机36档，意式调到5，手冲调到20", "豆子一包能冲30杯", "豆子一杯才1块6",
        "豆子海拔1500", "豆子2026年新烘的", "10月20号发货", "老板说今天亏本", "价格我只说一遍", "多少钱？看屏幕", "贵不贵？不贵！", "手冲壶贵在哪？细节！", "手冲壶今晚给大家99", "手冲壶原价是159块", "壶，99，上链接",
        "咖啡豆两包99.8", "咖啡豆打包五袋249.5", "手冲壶跟磨豆机打包价267元", "手冲壶现在下单便宜60", "手冲壶只卖九十几块", "手冲壶99的价格你上哪找", "kettle only 99 today", "我先喝口水，2分钟回来",
        "刚上车的朋友看一下1号链接", "这批壶是3月份做的", "咱们仓库在义乌，200平", "手冲壶壶身厚0.8毫米", "壶嘴出水一秒3毫升", "磨豆机转60圈", "豆子中度烘焙，酸度3", "第5轮福袋还有30秒开奖", "福袋里有5元券",
        "抽到的朋友24小时内联系客服", "晚上12点前拍都算今天的单", "上次有个大姐一口气买了6把", "咱们直播间粉丝破5万了", "人气到3000就加一场", "来，我们冲一下500点赞", "运费险咱们送，最多赔12块", "补差价的链接是1元一个，别乱拍",
        "拍错的退款1到3天到账", "新客首单可以领15元券", "累计消费满500升级会员", "同款在商场卖220", "去年双十一我们也没卖79", "手冲壶从来没卖过79", "请报订单号后4位", "咖啡杯不卖，要的话加10元", "宝宝们手冲壶今天不要159只要99",
        "手冲壶九十九块一把，两把一百九十八", "咖啡豆平时就卖68", "手冲壶现在比原价便宜整整60", "手冲壶、磨豆机、咖啡豆三样一起316.9", "两包咖啡豆加一把手冲壶198.8", "手冲壶每把九十九", "磨豆机磨一次25克大概要3分钟",
        "手冲壶配V60滤杯刚刚好", "豆子粉水比1:15，粉20克，水300", "先倒40克水闷蒸，再倒到150", "咱家开店8年了，卖出去5万多把壶", "我身高158，体重90", "在座的各位有没有超过100人", "等人数到1000我就开福袋", "福袋20份，手慢无",
        "这轮送5把手冲壶", "来晚了的朋友再等10分钟", "一会儿8点整点抽奖", "前50位付款的送挂耳一包", "手冲壶到货要2到4天", "发顺丰要补12块钱运费", "礼品卡面值100元", "打碎了我们赔，最高99元", "一分钱不用多花", "花呗可以分3期",
        "别的直播间卖129，质量不一样", "线下店同款要两百多块", "手冲壶没有卖过79这个价", "有人问是不是79，不是的，是99", "磨豆机不到170",
    ],
    "cafe": [
        "羽绒服白色L码299", "雾蓝XL的羽绒服319", "2XL的卫衣139", "卫衣M码129，2XL码139", "冷萃大盒七十九", "冷萃小份二十九块九大份七十九", "大份提拉米苏68，小份38", "加大款托特包七十九", "两件卫衣258", "卫衣优惠40元",
        "130斤以上选XL", "165穿L，172穿XL", "158到165选M", "充绒120", "不满59元收6元运费", "满59就包邮，帆布包刚好59", "卫衣360克重很厚", "身高170穿L，178穿XL", "卫衣2XL今天139块", "卫衣原价169",
        "米白的托特包59", "提拉米苏要提前4小时解冻", "冷萃24条大份79", "羽绒服充绒量120", "卫衣克重360", "130以下选L", "165、110穿M", "羽绒服XL码319", "羽绒服M码299，XL码319", "羽绒服299起",
        "冷萃小份29.9大份79", "黑色加大款托特包79", "托特包加大款79元", "白色托特包59", "大份提拉米苏六十八", "卫衣便宜40",
        "托特包黑色的79", "羽绒服M、L都是299", "羽绒服L和XL差20块", "加大款托特包比普通款贵20", "羽绒服90白鸭绒", "卫衣100棉", "冷萃7条装29.9", "冷萃7条装，24条装79", "托特包能装14寸电脑", "冷萃大份79",
        "羽绒服白色299", "卫衣2XL码139", "提拉米苏大份今天六十八", "身高160体重105穿M", "蛋糕零下18度冷冻", "解冻4小时就能吃", "小份冷萃7条，大份24条", "羽绒服雾蓝XL 319", "羽绒服M码L码都299", "蛋糕保质期60天",
        "165斤的姐妹建议2XL",
    ],
    "stall": [
        "苹果29块9一箱", "大米一百二十九一袋", "抽纸两提51块8", "垃圾袋3卷15.8", "抽纸130抽24包25.9", "面膜10片装99", "手机壳四十九", "满59元包邮，手机壳49", "垃圾袋50只一卷，三卷15块8", "面膜25毫升一片",
        "大米10公斤129", "苹果单果80以上", "抽纸一提25.9，两提51.8", "苹果5斤29.9", "面膜10片99", "补水面膜99", "垃圾袋15块8", "满59包邮", "大米10kg 129",
        "补水面膜两盒198", "手机壳49包邮要满59哦", "抽纸今天25.9", "大米一百二十九", "抽纸三提77块7", "苹果单果80mm以上", "面膜敷15分钟", "垃圾袋一卷50只，承重10斤",
    ],
    "gadgets": [
        "the lamp is just 24.99", "grab the mug for 14.75", "mug 14.75 each", "three mugs for 44.25", "headphones and lamp together 84.98",
        "the headphones were 89.99, now 59.99", "desk lamp under 25 dollars", "the batteries are eleven ninety-nine",
        "save 30 dollars on the headphones", "only 18 lamps left", "first 50 orders get a gift", "we ship in 2 business days",
        "spend 50 dollars and shipping is free", "otherwise shipping is 4.99", "the battery lasts 40 hours", "see you tomorrow at 7",
        "we hit 300 viewers", "10 dollar coupon for followers", "rated 4.85 by buyers", "other stores sell it for 45 dollars",
        "the lamp is not 19.99", "the mug holds 350", "headphones last 40 hours on one charge", "lamp is 24.99 and headphones 59.99",
        "two cases for 39.98", "we give away a 25 dollar voucher at 9", "500 people are watching", "the lamp has 3 levels",
        "orders over 50 ship free", "tomorrow at 8 we are back", "the mug is not 10 dollars, it is 14.75", "we open at 9 am", "see you at 8 tonight",
        "only 42 left", "at 500 likes we draw a winner", "win a 20 dollar gift card", "the headphones were 89.99",
        "the mug is fourteen dollars and seventy-five cents", "the mug is fourteen seventy-five",
        "lamp 24.99", "headphones 59.99 today", "two mugs for 29.50", "the bottle is 27.99 and the mug 14.75", "the lamp was 34.99, now 24.99",
        "save 10 dollars on the lamp", "free shipping over 50 dollars", "shipping is 4.99",
        "headphones for fifty-nine ninety-nine", "the mug costs 14.75", "batteries 11.99 with a 10 year shelf life", "we start at 6 and end at 9",
        "like the stream 1000 times", "two lamps for 49.98", "our water bottle keeps cold 24 hours", "at 1000 likes we unlock a gift",
        "the case fits iphone 16 only", "shipping takes 3 to 5 days and costs 4.99",
    ],
}  # fmt: skip
"""True prices, and words that state none of a product."""


class Notes:
    """An audit log in memory."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, dict[str, object]]] = []
        self.last = 0
        self.problem = ""

    def note(self, kind: str, cue: str = "", **data: object) -> None:
        self.entries.append((kind, data))
        self.last += 1


def desk(persona: object = DEMO, focus: str | None = "pot") -> Desk:
    made = Desk(persona, alone, {}, 0.0, records=Records(notes=Notes()))  # type: ignore[arg-type]
    made._focus.give(Ref("script", "any"), focus)
    return made


@pytest.mark.parametrize(
    "words",
    ["48小时内发货", "大家扣1", "再过5分钟开奖", "家人们下午3点见", "满59元包邮", "羽绒服XL码适合172到180", "直播间破1000人啦", "我们是2015年开的店", "第3轮抽奖马上开始",
     "抽3个人送100元红包", "满100减20", "三号链接马上上", "今天下单前100名有礼", "两个壶198", "壶原价159，现在99", "磨豆机168", "豆子49块9", "咖啡壶九十九块", "还有200件", "人数到500就抽奖"],
)  # fmt: skip
def test_what_a_human_may_say(words: str) -> None:
    assert desk().operate(words, 1.0) == ""


@pytest.mark.parametrize(
    "words",
    ["壶今天只要79", "今天只要79元", "手冲咖啡壶79", "今天全场9块9", "两个壶188", "壶原价199", "磨豆机99元", "豆子39块9", "咖啡壶一百块", "壶99美元", "领完券后59", "壶七十九"],
)  # fmt: skip
def test_no_false_price_of_a_product_may_be_said_however_often_he_insists(words: str) -> None:
    for force in (False, True):
        assert desk().operate(words, 1.0, force).split()[0] in ("price", "currency")


@pytest.mark.parametrize(
    ("persona", "words", "false"),
    [
        (CAFE, "羽绒服黑色XL 319元", False),
        (CAFE, "羽绒服黑色XL 289元", True),
        (CAFE, "冷萃大份79元", False),
        (GADGETS, "the lamp is only $24.99 today", False),
        (GADGETS, "the lamp is only $19.99 today", True),
        (GADGETS, "two mugs for 29.50 dollars", False),
        (GADGETS, "the mug is 14.75 euros", True),
        (GADGETS, "we go on until 9 pm", False),
    ],
)
def test_prices_of_variants_and_in_other_currencies(persona: object, words: str, false: bool) -> None:
    assert bool(desk(persona, None).operate(words, 1.0)) == false


def of(lists: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(shop, words) for shop, several in lists.items() for words in several]


def refusals(lists: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    """Shop, words and why they are refused even when they are insisted on; empty for what is said."""
    desks = {shop: desk(*SHOPS[shop]) for shop in lists}
    return [(shop, words, desks[shop]._answering.against(words, True)) for shop, words in of(lists)]


def test_false_prices_of_every_kind() -> None:
    kinds = ("price", "saving", "deal", "currency")
    assert [(shop, words) for shop, words, why in refusals(FALSE) if not why.startswith(kinds)] == []


def test_what_states_no_false_price() -> None:
    assert [refusal for refusal in refusals(INNOCENT) if refusal[2]] == []


def test_a_sentence_is_about_the_product_that_the_one_before_names() -> None:
    assert desk().operate("磨豆机来了！喜欢的朋友看过来，今天直播间只要168元。", 1.0) == ""
    assert desk().operate("磨豆机来了！喜欢的朋友看过来，今天直播间只要99元。", 1.0).startswith("price 99")


def test_forbidden_words_may_be_insisted_on_and_that_is_written_down() -> None:
    show = desk()
    why = show.operate("这是全网最低价", 1.0)
    assert why.startswith("absolute")
    assert show.operate("这是全网最低价", 2.0, force=True) == ""
    kinds = [data for kind, data in show.records.notes.entries if kind == "operator"]  # type: ignore[attr-defined]
    assert kinds[0]["refused"] == why
    assert kinds[1]["forced"] and kinds[1]["overruled"] == why
    utterance = asyncio.run(show.next(3.0))
    assert utterance is not None and utterance.text == "这是全网最低价", "it is said in spite of them"


def test_an_order_that_has_become_a_false_price_is_not_said_though_it_was_forced() -> None:
    show = desk()
    assert show.operate("最低价，壶99元", 1.0, force=True) == ""
    dearer = DEMO.products[0].model_copy(update={"price": DEMO.products[0].price + 10})
    show.adopt(DEMO.model_copy(update={"products": (dearer, *DEMO.products[1:])}), {})
    utterance = asyncio.run(show.next(3.0))
    assert utterance is not None and utterance.kind != "operator"
