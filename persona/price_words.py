"""The words that make a number a price, a discount or a quantity, as patterns for a text that persona.amounts.plain gave.

Patterns that end in ``$`` are for what stands before a number, those that begin with blanks for what stands behind it.
"""

from __future__ import annotations

import re

from persona import currency as money
from persona.amounts import DIGIT, ENGLISH, NUMBER, PIECE
from persona.currency import CODE, SIGN

PRICE_MARK, WORD_MARK = "\ue000", "\ue001"
"""stand where a placeholder of a price, and of anything else, stood"""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_BUY = (
    r"拿下|带走|拿走|到手|抱走|抱回|入手|上车|安排|开抢|抢|秒(?!钟|针|变|懂|开)|拍(?!照|摄|视频|打)|冲(?!泡|咖|煮|洗|水|锋|击|牙|茶)|包邮|包顺丰"
    r"|带回|到家|搞定|领走|成交|发车|买(?!家)|给(?:你|您|大家|到|家人|我|它)|送到家|换购|抄底|闭眼|薅|炸|捡漏|不贵|不要|不还价|免运|任选|随便[挑拿]|直接|就"
    r"|[通统]统打包|打包|[全通统]部?都?[统通]?(?=[拿带抱要给领收])|(?:有没有人?|谁|还有谁)想?要|走(?=起|一|了|你|吧|掉|量)|开团|开卖|开售|上架|上链接|试用|尝鲜|尝一?尝|体验"
    r"|(?:想|需)?要的(?=[扣打敲拍来刷上公宝举赶快速抓])"
)
_ENGLISH_BEHIND = (
    r"(?:today|tonight|now|only|each|apiece|a\s+(?:piece|pair|pack|bag|box|set|pop)|per|plus|with|shipped|all\s+in|before|while|instead|and\b(?!\s+\d)|or\b|if\b"
    r"|for\s+(?:this|the|a|an|one|two|both|all|everything|you)|in\s+total|total|free|on\s+(?:this|the|our|my)|here|delivered|right|until|till|this|you|we)\b"
)
_END = r"\s*(?:$|[,.!?;:~、。…)(\]】」』“”\"'—]|-(?![a-z\d]))"
BEHIND = rf"(?:(?:[多几来]|多一?点)?{_END}|[多几来]?\s*(?:{_BUY}|[了吧啊呀哦呢啦嘛哈噢喽咯]|左右|上下|出头|以[内下]|之间|封顶|正好|刚好|的样子|是.{{0,3}}价|整(?!个|体|套|齐)|[你您]|还[送包有要]|送|/\s*[{PIECE}]|每[{PIECE}]|起(?!来|泡|床|毛|球)|而已|不到|一(?:大|整|小)?[{PIECE}位人]|[两二三四五六七八九十]\s*[{PIECE}]|都|{_ENGLISH_BEHIND}))"
"""what stands behind a sum of money, and seldom behind another number"""
FOLLOWS = re.compile(BEHIND)

UNIT = re.compile(
    r"\s*(?:%|‰|°|℃|分之|人(?!民币)|家(?!人)|把(?![它这他她])|点(?!下|击|右|左|购|链)|秒(?!了|杀|掉|抢|走|拍)|包(?!邮|顺|运|您|你)|单(?!独|拍)|套|份|件|个|双(?!十)|对(?!的)"
    r"|[多来几余]?(?:小时|分钟|公斤|毫升|厘米|毫米|公里|平方|平米|立方|毫安|千瓦|分贝|英寸|英里|盎司|加仑|像素|钟头|星期|礼拜)"
    r"|(?:万|亿|[多来几余])?[袋瓶盒条只张盏支罐箱本台部款种样色片颗粒滴勺杯碗盘壶桶卷捆排层档级度倍次遍回趟步圈道号位名天日周月年岁时码寸尺里米克斤吨升瓦伏页章篇句字集季期届代针股根枚朵束株棵头匹辆架座栋间扇幅副团串截段节组批场瓣公毫厘平分块位磅寸目抽提]"
    r"|(?:ml|l|cm|mm|m|km|kg|g|mg|w|kw|mah|v|k|hz|inch(?:es)?|in|oz|lbs?|fps|gb|tb|mb|p|d|xl|am|pm|th|st|nd|rd)(?![a-z])"
    r"|(?:grams?|kilos?|lit(?:er|re)s?|pieces?|days?|months?|years?|hours?|minutes?|seconds?|people|times|colou?rs|levels?|degrees?|cups?|bags?|sizes?|steps?|percent)\b)"
)
RANGE = re.compile(r"\s*(?:[-~–—]|到|至|to)\s*")
RATIO = re.compile(r"\s*[:：×x*/比乘]\s*[\d一二三四五六七八九十]")
_GAP = r"(?:是|为|才|只要?|只需|仅|就|都|也|:|=|到|在|直接|不到|不过|大概|差不多|约|低至|打到|干到|降到|做到|给到|的|了|我们|咱们?家?|今天|现在|这边|您|你|个|整整|足足|再|各|每[人单件])*\s*"
PRICED = re.compile(
    rf"(?:(?<![评代无等])价[格钱位值]?|券后?|折后|到手|实付|应付|[要得需]付|付款?|收您?|收费|定金|订金|尾款|首付|押金|运费|邮费|快递费|包装费|每期|月供|拼团|标的?|第[二两三2-9][{PIECE}]){_GAP}$"
    r"|\b(?:price[sd]?|costs?|pay|paid|payment|total)\b(?:\s+(?:is|was|of|at|just|only|you|drops?|to|down|about|around|now|today))*\s*:?\s*$"
)
SAVED = re.compile(
    r"(?:(?:立|直|再|先|下单|自动|拍下)?减(?!少|轻|脂|肥|压)|直降|降价|再降|省下?|便宜|优惠|抵扣?|返现?|砍|抹|(?<!多)少付?|涨)(?:了|掉|您|你|整整|足足|大概|近|:|个|去)*\s*$"
    r"|\b(?:save|saves|saving|knock|take)\s+(?:you\s+|up\s+to\s+|an?\s+extra\s+|another\s+|over\s+)*$"
)
OFFERED = re.compile(
    r"(?:只[要需卖收]|仅[需要卖]?|今[天晚日]|现在|直播间|才[要卖]?|[热就只]?卖|售|就是|只有|加|花|收|报|专[属享]|独享|尊享|特供)(?:是|你|您|个|:)*\s*$"
    r"|\b(?:now|was|were|originally|normally|usually|retail|regular(?:ly)?|rrp|msrp|just|only|for|yours|worth|(?:deal|offer|price|special|steal|pick)\s+of\s+the\s+(?:day|week|hour|night)|today|tonight|it's|its|is|are|sells?|sold|deal|here)\s*:?\s*$"
)
OFFERED_LARGE = re.compile(
    r"\b(?:as\s+low\s+as|(?:it|them|yours|all|both|one|now|only|just|sells?|sold|priced|going|start(?:s|ing)|steal|sale|deal|this|that|today|retails?)\s+at|from|to|under|below|about|around|over|than|by|down)\s*$"
    r"|\b(?:under|below|less\s+than|(?:now|just|only|yours)\s+(?:for|at))\s+a\s*$"
)
"""words before a price and before a time or a count as well"""
_LINK = r"(?:是|在|为|约|到|至|:|有|大概|左右|建议|控制|保持|设置?|调|升|降|加|注|用|[只仅][要需有]|[高低大小]于|不要?超过|达|的话|就)"
MEASURED = re.compile(
    rf"(?:(?<![质力能分])量|(?<![力年季])度|率|[直口孔半管线]径|[间焦行]距|[水段车座]位|[东西]经|[南北]纬|水[温压]|[气血胎]压|转速|时速|[功瓦]率|第[\d一二三四五六七八九十]+[段步泡道格圈注])"
    rf"{_LINK}{{0,3}}\s*$|(?:^|[,。!?;:、\s\d段]|[注加倒放兑热冷温凉])(?:水|粉|牛?奶|冰块?|[白砂]?糖|盐|油){_LINK}{{0,2}}\s*$|(?:[注倒称煮烧磨拧旋拨热滴]|萃取)到\s*$"
)
"""what is measured, before its figure: 水量500, 口径9.5, 第三段225, 注水到225"""
GOVERNED = re.compile(
    r"(?:扣|打(?!到)|刷|敲|按|回复|输入|公屏|数到?|倒数|(?<![\d一二三四五六七八九十])号|楼层|单元|门牌|长|宽|(?<!最)高|厚|大小|尺寸|[硬浓温高长宽厚密强亮湿速难]度|口令|暗号|备注[写填]?|留言|密码|验证码|电话|热线|拨打?|分机|第|值|版本|系列|蓝牙|穿\s*\d+的?\S{0,3}|[比:]"
    r"|身高|体重|[腰胸臀领]围|年龄|年[满过]|今年|尺码|码数|鞋码|脚长|适合|适用|破|突破|超过?|超了|达到?|过了?|满分|卖[了出掉过]|售出|已[售卖]|发[了出货]|出[了货掉]|[备补上]货|用了|库存|[还只]?剩下?|近|上线|零下|年|月)(?:是|了|约|到|有|选|:)*\s*$"
    r"|(?:人数|在线|粉丝|销量|点赞|播放|订单|好评|评[分价]|浏览|关注|观看|人气|热度|(?<!起)码|温度|海拔)[^,。!?]{0,4}$|祝[^,。!?]{0,8}$|\d\s*[:×/]\s*$|(?:no\.?|#|number|version|type|model|page|in|since|until|of)\s*$"
)
COUNTS = re.compile(
    r"([0-8])\1{2,}|([六八一二零])\2{2,}|(?:19|20)\d\d|520|1314|233|618|六一八|三一五|九一八|五二零|一三一四|十一|十二"
)
"""numbers that say something else when nothing stands beside them: 666, 三二一, 2026, 双十一"""

NO = re.compile(
    r"(?:没有?|不[是用会能再]?|无[需法]?|别|未|勿|从不|暂无|取消|\bno|\bnot(?: a)?|without|don't|never)\s*\S{0,2}$"
)
MONEY = _any(
    # signs and codes: $59, 59฿, RMB 49.9, 99rmb
    rf"{SIGN}\s*:?\s*(?:{NUMBER}|\.\d|{ENGLISH})|{NUMBER}\s*{SIGN}|{SIGN}\s*{WORD_MARK}",
    rf"(?<![a-z])(?:{CODE}|人民币|美[元金]|港币|台币)\s*:?\s*{NUMBER}",
    rf"(?:{NUMBER}|{ENGLISH})\s*{CODE}(?![a-z])",
    # words that mean nothing but money: 59 bucks, 9 美金, 几十块钱
    rf"(?:{NUMBER}|{ENGLISH}|(?<![a-z])a)\s*{money.ENGLISH}",
    rf"{NUMBER}\s*[个块多来几出头]{{0,3}}\s*{money.CHINESE}",
    # 元 and 圆: 三元催化 and 二次元 are none
    rf"(?:\d[\d,]*(?:\.\d+)?|[{DIGIT}两十百千万几半]{{2,}}|[十百千万几])\s*[多来几]?{money.YUAN}|[{DIGIT}两]元(?:{BEHIND}|[的换购秒抢多店得买拿])",
    rf"{WORD_MARK}\s*(?:{money.YUAN}|块钱)|(?:{ENGLISH}|[a-zà-ʯ])\s*(?:元(?:{BEHIND})|块(?:{BEHIND}|[\d{DIGIT}]|钱))|{NUMBER}\s*圆(?:{BEHIND}|的)",
    # 块, 毛, 刀: 12块巧克力 and 3刀头 are none
    rf"(?:\d+\.\d+|[{DIGIT}十]+点[{DIGIT}]+)\s*块",
    rf"{NUMBER}\s*[多来几]?[块元]\s*[\d一二三四五六七八九半](?=一[{PIECE}]|(?![\d个件条斤克片{DIGIT}]|\s*[{PIECE}](?!邮|顺)))",
    rf"(?!一块{_END}){NUMBER}\s*[多来几]?块(?:{BEHIND}|[多出不的以]|红包|优惠|代金|现金|定金|运费|人民币)",
    rf"(?:\d\d|[{DIGIT}十百]{{2}})块[能够可找]",
    rf"(?:\d{{2,}}|[{DIGIT}两]*[十百][{DIGIT}十零]*)块\s*[\d两二三四五六七八九十]{{1,2}}\s*(?!块|片|单|个字)[{PIECE}]",
    rf"{NUMBER}\s*毛(?:{BEHIND}|\d|[一二三四五六七八九](?!样))|(?!一刀){NUMBER}\s*刀{BEHIND}",
    # slang: 59米拿下, 卖五角, 大几百, 两位数的价, 一杯奶茶钱, 一张五十的
    rf"{NUMBER}\s*米\s*(?:{_BUY})|(?:券后|到手|价|卖|付)[价是为]*\s*{NUMBER}\s*米{BEHIND}|(?:卖|价格?[是为]?|付|要|才){NUMBER}\s*(?:角|分){_END}",
    rf"[小大]几[十百千]{BEHIND}|[一两二三四]位数(?:的?价|都不到|以[内下]|{_BUY})",
    rf"[一两几半][杯顿碗包张]\S{{1,6}}钱(?:{BEHIND}|[就都能不买换够])|[一两几三\d]张(?:{NUMBER}|红)的",
)
"""a number with a sign or a word of money"""
GIVEN = re.compile(rf"[送切吃放掰咬用贴铺搭配附含有共划砍剪擦来](?:了|您|你|大家|给您|出|上)?\s*[{DIGIT}两\d][块刀]$")
"""pieces of something: 送两块"""
_PERCENT = rf"(?:\d+(?:\.\d+)?\s*%|百分之{NUMBER})"
_RECEIVER = "闺蜜|朋友|人|[爸妈爷奶老公婆父母长孩男女客同家领给]"
DEAL = _any(
    # 满100减20, 满3件打8折
    rf"满\s*(?:{NUMBER})\s*[元块{PIECE}]?\s*[,就即可再还]?\s*[立再]?(?:减|送|返|打|享|包邮|免|赠|抵|领|用)",
    # 买一送一, 拍一发三, 第二件半价
    rf"买\s*{NUMBER}\s*[{PIECE}]?\s*[,就再还可]*\s*(?:[赠免得发搭]|送(?!{_RECEIVER}))",
    r"[两二三四五六七八九2-9]\s*免\s*[一二三1-3](?!补|税)",
    rf"[拍下]\s*{NUMBER}\s*[{PIECE}]?\s*[,就再还]*\s*[发送得赠](?!货)",
    rf"第[二两三2-9]\s*[{PIECE}]\s*(?:[只仅就再还]?要?\s*)?(?:半价|[0零][元块]|免费|白送|免单|立?减|打)",
    # 领十元券, 10元无门槛券
    rf"(?:领|抢|送|发|叠)?\S{{0,2}}?{NUMBER}\s*[元块]\S{{0,4}}券",
    # 八折, 8.5折; 三折伞 and 八折叠 are none
    rf"(?:\d+(?:\.\d+)?|[{DIGIT}几点]+)\s*折(?![叠射算磨腾返痕页扇伞纸中断合椅床线角边布弯皱不就])",
    # 省20%, 20%的优惠; 省50%的力气 is none
    rf"(?:省|优惠|降价?|直降|便宜|立?减|返|再降|补贴|国补|[立再]补)(?:了|到|整整|您|你)*\s*{_PERCENT}(?:{BEHIND}|的(?:钱|价|费))|{_PERCENT}的(?:折|优惠)",
    # buy one get one, 2 for 99, half off, 20% off, save 20%
    r"\b(?:buy|get|take)\s+(?:one|two|three|four|\d+)[\s,]+(?:and\s+)?get\s+(?:one|two|three|another|\d+|the)|\bbogo\b",
    rf"(?:\b\d+|{ENGLISH})\s+for\s+(?:\d+|{ENGLISH})(?!\s*(?:people|persons?|cups?|min\w*|hours?|days?|months?|years?)|[\d%])",
    rf"\bhalf(?:\s+the)?[\s-]+(?:off|price)|(?:\d+\s*%?|percent|{ENGLISH}|bucks|dollars)\s*(?:off\b|discount|cheaper|cash\s*back)",
    rf"\bsaves?\s+(?:up\s+to\s+|over\s+|more\s+than\s+|an?\s+extra\s+)?(?:\d+\s*%|(?:\d+|{ENGLISH})\s+percent)(?!\s*of\b)|\bfree\s+(?:with|when)\s+(?:\d+|{ENGLISH})",
    # the price of one for several: {pot.price}两件, 两件{pot.price}
    rf"{PRICE_MARK}\s*(?:[两二三四五六七八九十]|[2-9]\d*)\s*[{PIECE}]",
    rf"(?:[两二三四五六七八九十]|(?<![\d.])[2-9]|\d{{2,}})[{PIECE}](?:只要|只需|就|才|仅|一共)?\s*{PRICE_MARK}",
)
"""a discount or a deal with its number"""
_SERVICE = r"\S{0,4}(?:券|会员|运费险|资料|攻略|说明|教程|视频|课|服务|保修|延保|质保)"
WORDS = _any(
    rf"券后(?:价)?(?=\s*[\d零一二三四五六七八九十])|免单|白送|白拿|[零0]元购|免费(?:拿|带走|带回|抱走|得(?!到)|赠?送(?!货|到|上|达|修|回|去|检|{_SERVICE})|领取?(?!养|证|{_SERVICE})|赠(?!送|{_SERVICE}))",
    r"腰斩|(?:[亏赔]本|[亏赔]钱)[在地]?(?:卖|甩|清|出|送|冲)",
    rf"(?<![叠翻])对折(?:{BEHIND}|优惠|卖|处理|起)|半价|[半一]半?的?(?:价钱|价格)|价[钱格]?.{{0,4}}一半|价[钱格]\S{{0,8}}(?:翻倍|[两几一二三四五]倍|分之)",
)
"""a discount that is as good as a number, which may be denied: 我们不是半价. 今日特价 and 领券 state none"""
FILLED = re.compile(rf"^[^,。!?;]{{0,6}}{PRICE_MARK}")
GLUED = re.compile(rf"{PRICE_MARK}\s*(?:\d|[{DIGIT}](?![{PIECE}大整小]))|[\d.]{PRICE_MARK}")
RATIO_BEFORE = re.compile(r"[\d一二三四五六七八九十]\s*[:：×x*/比乘]\s*$")
LETTERS = re.compile(r"(?<![a-z])(?!(?:rmb|cny|usd|rm|now|only|for|at|just|was)$)[a-z][a-z0-9]*[-_]?$")
"""a letter before a number makes it a name: A4, KF-21"""
FOREIGN = re.compile(r"[a-z]\s*$")
SEVERAL = re.compile(rf"\s*[一两二三四五六七八九十]\s*[{PIECE}]")
BOUGHT = re.compile(rf"\s*(?:{_BUY}|一[{PIECE}])")
DAY = re.compile(r"[五六七八]一|三八|五四|九一")
"""holidays, which are two digits before a verb as well: 五一包邮"""
CHOSEN = re.compile(r"\s*任?选\s*[\d一二两三四五六七八九十](?!号)")
"""99选3"""
SLANG = re.compile(rf"\s*(?:秒|米|r(?![a-z\d])){_END}")
"""99米 and 99秒 mean money where no length and no time is spoken of"""
LASTS = re.compile(
    r"(?:蒸|等|时|还[有剩]|后|第|泡|煮|转|烤|烧|洗|按|跑|走|游|持续|停|约|大概|冲|搅|数|秒|长|高|宽|深|厚|距离?|离|海拔|防水|潜水?|卷|布|线|绳|带|达|够|隔|外|内|到|前|每)[^,。!?;]{0,4}$"
)
OF = re.compile(rf"的(?:(?P<end>{_END})|(?!人|家|粉|概率|几率|好评|码|尺|鞋|号|色|面料|那款)[^,。!?;\s]{{1,8}})")
"""平时卖159的, 九十九的壶"""
MARKED = re.compile(r"\s*(?:的券|券|的优惠)")
