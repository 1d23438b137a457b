"""The words that say what a sum of the operator's means: patterns for a text that :func:`anchor.guard.sums.folded` gave.

Patterns that end in ``$`` are for what stands before a number, the others for what stands behind it.
"""

from __future__ import annotations

import re

from persona import currency as money
from persona.amounts import BLOT, DIGIT, PIECE
from persona.price_words import BEHIND

NAME = "[\ue100-\uf8ff]"
"""one product's name, whatever its length"""
STOP = ",.!?;。…~"
COUNTED = "".join(set(PIECE) - set("块打部"))
_COUNT = rf"(?:\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})\s*[{COUNTED}]"
_ADDRESS = r"家人们?|宝宝们?|宝贝们?|老铁们?|姐妹们?|兄弟们?|朋友们?|大家|各位|亲们?|粉丝们?"
_TIME = r"今天|今晚|今日|现在|直播间里?|这[边里会]|此刻|today|tonight|now|right now"
TIME = re.compile(_TIME)
_CAMPAIGN = r"特价|秒杀价?|宠粉|福利款?|炸?福利|限时|清仓|甩卖|活动|专享|专属|独家|爆款|一口价|打折"
GLUE = re.compile(
    rf"{_ADDRESS}|{_TIME}|{_CAMPAIGN}|\b(?:only|just|is|are|was|were|for|at|the|a|over|costs?|each|down|to|it's|its|on|sale|here|special|you|we|have|our|this|all)\b"
    rf"|(?:打|降|做|给|炸|干|杀|砍|冲|优惠|减)到|直接|统统|全都?|通通|[一{BLOT}]样|同样|同价|统一|分别|各|[一{BLOT}]起|打包|[两二三四五六]样|所有|全部|尺[码寸]|颜色|规格|款式|[一{BLOT}]共|总共|的话|包邮|顺丰|拍下|付款|你们|不到|不足|低于|不超过|大概|差不多|也就|将近|原价|平时|平常|之前|以前|原来|本来|仅售|单价|每[{COUNTED}]|{_COUNT}|(?:\d+|[一二两三四五六七八九十百半]+)(?:克|斤|磅|公斤|毫升|升|g|kg|ml)|这?[一款][款把台包]?|这个价|记住|听好|我们家?|咱们?家?|闭眼|走起|[码号版]"
    rf"|[\s:=的是为就只都也才要我你您给那这买拍得呢啊吧哈嘛呀把拿花和跟、\"'()|—\-{STOP}]"
)
"""words between a product's name and its price that change nothing"""
GAP = rf"(?:是|不到|不超过|大概|差不多|也就|只有|还是|也是|为|才|只要?|只需|仅|就|都|也|:|=|直接|不过|我们?|咱们?家?|您|你们?|个|整整|足足|各|\s|[{STOP}、]|{_ADDRESS}|{_TIME}|每?[一两二三四五六七八九十]?[{COUNTED}]|每[人单])*$"
PRICED = re.compile(
    rf"(?:(?<![评代无等保比差涨])价(?!值|差)[格钱位]?|(?:[券折减惠抵贴]|抵扣)[之以]?[后完]|打完折|[用领抵减扣叠]完(?:优惠)?(?:券|红包|补贴)?后?|[领用叠]券|[一{BLOT}]起拿|打包拿?|加起来|百亿补贴|[含包]运费|含税|到手|实付|应付|只[要需卖收]|仅[需要卖收]|才(?:要|卖)|(?<!售)[卖售](?![了出掉过完])(?:到|的是)?"
    rf"|(?:降价?|减|打|优惠|炸|杀|砍|跌|便宜|干|压|补|做|给|抵)(?:低|下)?[到至成]|(?:元|块|\d)到|低至|(?:(?<!商)全|一整|这一?)套|套[餐装]|组合|[两三]件套|这个数|就收您?|收您|争取到了?|最后付|您付|给[您你]算|改价到?|抹个?零|凑整|合计|总共|合起来|算下来|[一{BLOT}]起拍|加一块|谈到了?|拍下来?是|(?:咱们?家|我们家)(?:只|就|卖)?|任[选意][\d两三二][件样款个包]|第[二两三2-9][{COUNTED}]|首单|新[人客]|尝鲜装?|体验装|[两二三\d]人团|全场|每样|样样|(?:所有|全部)(?:的)?(?:商品|东西|宝贝)?|任意|特价|秒杀|宠粉|福利款?|限时|清仓|多少钱?|成交|拼团|拼单|单买|买一[{PIECE}]){GAP}"
    rf"|(?:只|仅|才){GAP}"
    r"|\b(?:price[sd]?|costs?|pay|paid|total|special|deal|as low as|(?:start\w*|going|selling|sells?|sold|yours|priced) (?:at|for)|(?:down|drops?|marked|cut|reduced|slashed|drops? down|marked down) to|(?:with|after) (?:the |a |your )?coupon|(?:every|any)thing|(?:any|all|every) items?|sitewide)(?:\s+(?:is|was|are|of|at|just|only|now|today|for|a|you|we))*\s*:?\s*$"
)
"""words of price: what follows is one, whether or not a word of money stands behind it"""
OFFERED = re.compile(
    r"\b(?:for|only|just|now|from|it's|its|is|today|tonight|at)(?:\s+(?:only|just|a|the|now|today))*\s*:?\s*$"
)
"""English words before a price and before much else"""
NOW = re.compile(r"[\d十百元块九](?:的|,)?(?:现在|今天|今晚|直播间)(?:只|就|是)?$")
"""behind another sum"""
PER_PIECE = re.compile(
    rf"(?:(?<![\d.第前十])(?:\d|[一二两三四五六七八九十每])[{COUNTED}]|这[把包台瓶盒袋件款双条套])(?:只要|只|才|就|都|[一{BLOT}]共|总共)?\s*$"
)
FOR_PIECES = re.compile(rf"\s*[一两二三四五六七八九十][{COUNTED}](?=$|[{STOP}了])")
METRES = re.compile(rf"米(?={BEHIND})")
METRES_EACH = re.compile(rf"米一[{COUNTED}]")
"""slang for yuan"""
COUNTING = re.compile(
    rf"(?:[一每]天|天天|[日月年]|已经?|[一{BLOT}]共|总共|累计|上午|下午|刚才|小时|场|直播)(?:能|就|都|才|可以)?[卖售](?:出|了|掉)?\D{{0,2}}$"
)
"""so many are sold"""
BUY = re.compile(
    rf"\s*,?(?:就|都|直接|全部?|即可|可以|能)*(?:拿下|带走|拿走|到手|抱走|抱回|入手|上车|开?抢|秒(?:了|杀|掉|抢|走|拍|$)|包邮|包顺丰|带回家|成交|拿|打包|[元块]?任?选[\d两三任]|冲(?=$|[{STOP}])|起(?=$|[{STOP}拍])|走(?:起|一[{PIECE}])|一(?:大|整|小)?[{PIECE}位]|/\s*[{PIECE}]|每[{PIECE}])"
)
ENGLISH_BUY = re.compile(
    rf"\s*(?:$|[{STOP}]|(?:today|tonight|now|only|each|apiece|a\s+(?:piece|pair|pack|bag|box|set)|per|shipped|instead|for\s+(?:you|this|the|one|two|both|all|everything)|in\s+total|total|free|here|delivered|plus|with|all\s+in|and\s+it's)\b)"
)
ATTACHED = re.compile(
    rf"\s*(?:{money.YUAN}|块钱?|dollars?|yuan|bucks?)?\s*(?P<of>的)?(?:就|都|能|可以|直接|拿下?|带走?|买|换购?|抢|秒|入手|抱走|到手|得|领走?|这?一?[{COUNTED}款]|咱们?家?|我们家?|\s|for|the|a)*(?={NAME})"
)
"""between a price and the name that it belongs to"""

MARK_BEFORE = re.compile(rf"(?:{money.SIGN}|(?<![a-z]){money.CODE}|人民币)\s*:?\s*$")
MARK = re.compile(
    rf"\s*(?:{money.SIGN}|{money.CODE}(?![a-z])|{money.ENGLISH}|[多来几余出头个]{{0,2}}(?:{money.CHINESE}|{money.YUAN}|块(?![链牌])|圆(?={BEHIND})|刀(?={BEHIND})|毛(?={BEHIND})|米(?=拿|带|抢|秒|到手|上车)))"
)
TENTHS = re.compile(
    rf"\s*[块元]\s*(?P<tenths>\d|[一二三四五六七八九])(?:毛|角)?钱?(?=一[{PIECE}]|(?![\d十百千万点.%{DIGIT}]|\s*[{PIECE}天年月小分秒](?!邮|顺|杀|了|掉|拍)))"
)
CENTS = re.compile(r"\s*(?:dollars?|bucks?)\s*(?:and\s+)?(?=[a-z\d-]+(?:[ -][a-z]+)?\s*cents?\b)")
FEW = re.compile(rf"\s*块(?:{BEHIND}|人民币|[的不多就带拿]|红包|优惠)")
GIVEN = re.compile(
    r"[送切吃放掰咬用贴铺搭配附含有共划砍剪擦来分剩成拼](?:了|您|你|大家|给您|出|上)?(?:[\d一二两三四五六七八九十百]+)?$"
)
"""pieces of something follow: 送两块"""
YUAN_ALONE = re.compile(rf"\s*元(?:{BEHIND}|[的换购秒抢多店得买拿]|{NAME})")

RESULT = re.compile(r"价|到(?!付)|后|至|完|成(?!员)|卖|只要|只需|只卖|仅|才|现在|今天|now|today")
"""between a word such as coupon and a sum these make it the price that is left"""
FEE = re.compile(
    rf"(?:(?<![含包免])[\u4e00-\u9fff](?<!免)(?<!消)费|差价|定金|订金|押金|预付|尾款|加收|另[收加]|到付|小费|打赏|罚款?|预算|价值|worth|tip)[^{STOP}\d\ue100-\uf8ff]{{0,5}}$|\b(?:deposit|shipping|fee)\b[^{STOP}\ue100-\uf8ff]{{0,40}}$"
)
GIFT = re.compile(
    rf"(?:(?<![天充期])满(?![意足心怀])|红包|奖金?|抽[取中奖]?|赔付?|(?<!百亿)补贴?|券|代金|返[现还利]?|充值?|捐|礼[金物品盒袋包]|嘉年华|火箭|积分|余额|换货?运|spend|spent|coupon|voucher|win|prize|gift cards?|over|above|orders? of)(?P<gap>[^{STOP}\d\ue100-\uf8ff]{{0,6}})$"
)
RANGE_BEFORE = re.compile(r"[\d.一二三四五六七八九十百]+\s*(?:元|块钱?)?\s*(?:到|至|[-~–—])$")
SPENT = re.compile(
    r"\s*(?:元|块钱?|dollars?|yuan|bucks?|rmb)?\s*(?:以上|起送|起包邮|抽(?:奖|一)?|无门槛|大额|的?(?:现金|购物|无门槛|店铺|平台|直播间?|新人|小|大)?(?:红包|优惠|满减|券|代金|定金|押金|运费|邮费|快递费|补贴|奖|礼[品物金包]|打赏|话费|邮)(?!价|后|款|到手)|coupon|off\b|deposit(?!\s*free)|shipping(?!\s*(?:free|incl))|(?:amazon |store )?gift|voucher|prize|credit)"
)
POSTAGE = re.compile(r"满(?![意足心怀减])[^,.!?;。]{0,2}$")
OTHERS = re.compile(
    r"别家|别人家?|别的(?:店|地方|直播间|家|平台)|其他(?:店|家|平台|直播间|地方)|隔壁(?:家|店|直播间)|外[面边头]|专柜|商场|超市|市面|市场上|网上|实体店|线下|同行|某[宝东猫]|淘宝|天猫|京东|拼多多|抖音商城|别的直播间|大牌|\bother (?:shops?|stores?|people|places)\b|elsewhere|in (?:the )?(?:stores|shops|malls?)\b|competitors?"
)
OWN = re.compile(
    r"我们|咱|我家|我这|本店|直播间(?!卖)|今[天晚]|只要|到手|现在|这[边里]|\bwe\b|\bour\b|\bhere\b|\bnow\b|\btoday\b|\bonly\b"
)
COMPARED_WITH = re.compile(r"比(?:平时|原价|平常|昨天|之前|以前)|[一每][个件包套瓶盒条只张把台](?:能|可以|再)?省")
SAID_OF = re.compile(r"[到是付折算拿]\s*$|准备\s*$|\b(?:is|it's|for|only|just|be|under|at|about|are)\s*$")
"""a verb before a sum, which no noun has then"""
DIFFERENCE = re.compile(r"相?差(?:了|个|着)?\s*$")
PER_USE = re.compile(
    r"(?:一|每|平均.?)(?:杯|天|次|克|片|口|顿|毫升|泡|回)(?:才|只要|只|就|不到|成本|大概|也就|合|要|差不多|才合)*\s*$"
)
AS_MUCH = re.compile(r"的?(?:价|钱)")
NEGATED = re.compile(
    r"(?<![是要用卖有])(?:(?:从来)?没有?[卖收要](?:过|到)?|不是|不再是?|不用|不要|不需要|不卖|不收|没有|不止|不只是?|并非|别再?花|用不着|不花|\bnot|isn't|\bno longer|\bforget)\s*(?:卖|花|原价|现在|那个|要|你|您|大家)*\s*$"
)

UNDER = re.compile(
    r"(?:不到|不足|低于|不超过|没超过|少于|不用|最多|under|less than|below|no more than)(?:个|了|一)?\s*$"
)
UNDER_BEHIND = re.compile(r"\s*(?:元|块钱?|dollars?)?\s*(?:[钱]?(?:以内|以下|之内|都?不到|都?用不了|不用)|or less)")
MORE_BEHIND = re.compile(r"\s*(?:[多几余]|元?出头|块?出头|来[块元])")
ABOUT = re.compile(r"(?:大概|差不多|大约|约|将近|近|about|around|roughly)\s*(?:是|就)?\s*$")
ABOUT_BEHIND = re.compile(r"\s*(?:元|块钱?)?\s*(?:左右|上下|的样子)")

_WAS_GAP = rf"(?:(?!现在|现价|今天|到手|直播|只要|now|today|only)[^{STOP}\d\ue100-\uf8ff]){{0,8}}$"
WAS = re.compile(
    rf"(?:(?<![比跟])原价?(?!来)|原来|平时|平常|日常|之前|以前|本来|划线价?|吊牌价?|市场价?|专柜价?|昨天|上次|\b(?:was|were|before|original\w*|normally|usually|regular\w*|instead of)\b){_WAS_GAP}"
)
FROM = re.compile(r"(?:从|由|\bfrom\b)\s*(?:原价|之前|原来|平时)?的?\s*$")
IS_WAS = re.compile(r"\s*[元块]?(?:钱)?(?:是|为|的)?(?:原价|划线价|之前的)")
SAVED = re.compile(
    rf"(?:便宜|省(?!钱|心|力|级|事)|(?:立|直|再|能|下单|拍下)?减(?!肥|少)|直降|优惠|降|少[花付]|贵|\bsaves?\b|\bcheaper\b)(?P<gap>[^{STOP}\d\ue100-\uf8ff]{{0,6}})$"
)
CUT_TO = re.compile(rf"(?:便宜|省下?|减|直降|优惠|降)[^{STOP}\d]{{0,4}}[\d.十百]+(?:元|块钱?)?到$|从\D{{0,4}}[\d.]+到$")
"""it is cut by so much to so much"""
SAVED_BEHIND = re.compile(r"\s*(?:dollars?|bucks|yuan)?\s*(?:off|cheaper)\b")
TERM = re.compile(
    rf"(?:满(?![意足心怀])|券|红包|积分|以旧换新|学生|会员|新人|首单|coupon|orders?|over|spend)[^{STOP}]{{0,14}}$"
)
"""a saving under a term that is not the product's"""

SHARED = re.compile(rf"都|各|均|[一{BLOT}]样|同样|同价|[一{BLOT}]律|每[样个款件把]|\b(?:both|each|all|every)\b")
ALIKE = re.compile(rf"都是?|[一{BLOT}]律|统一|全部|不管|无论|\ball\b")
APIECE = re.compile(r"分别|依次|一个.{0,4}一个|respectively")
TOGETHER = re.compile(
    rf"[一{BLOT}]共|[一{BLOT}]起|打包|套[装餐]|组合|加起来|总共|合计|总价|一套|全套|[两二三四五六3-6]件套|连着|together|total|bundle|combo|set"
)
KINDS = re.compile(r"(?P<n>[两二三四五六2-6])\s*(?:样|款|件套|种)")
EVERYTHING = re.compile(
    r"全场|每样|样样|所有|任意|任选|全部(?:商品|宝贝)|\b(?:everything|anything|any item|all items|every item|sitewide)\b"
)
LOWEST = re.compile(r"\s*(?:元|块钱?|dollars?)?\s*起(?!来)|\s*(?:dollars?|yuan)?\s*(?:and up|and over)")
LOWEST_BEFORE = re.compile(r"(?:低至|最低|起步价?|起价|from|start\w* (?:at|from)|as low as)[^,.!?;。\d]{0,4}$")
JOINED = re.compile(
    rf"\s*(?:{_COUNT}|再|[一{BLOT}]起|一把|的|\s)*(?P<by>和|跟|与|及|加上?|配|搭配?|送|赠|带|\+|&|、|\band\b|\bplus\b|\bwith\b)(?:{_COUNT}|同款|一?[{COUNTED}]|再|您|你|我们的?|这款|\bthe\b|\ba\b|\bone\b|\s)*"
)
COMPARED = re.compile(rf"比.{{0,3}}{NAME}")
CHANGE = re.compile(rf"\s*(?:元|块钱?)?\s*(?:一?[{COUNTED}]?的?{NAME})?,?(?:还|再)?找(?:您|你|回)?\s*(?:您|你)?\s*$")

COUNT = re.compile(
    rf"(?P<n>(?<![\d.])\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})\s*(?P<piece>[{COUNTED}])(?!人|小时|月|星期|钟|字|套|装|邮|顺)"
    rf"|\b(?P<word>two|three|four|five|six|[2-9])\s+(?:of\s+(?:the\s+)?|x\s+)?(?={NAME})"
)
COUNT_BEHIND = re.compile(
    rf"\s*(?:{money.YUAN}|块钱?|rmb|yuan|dollars?|bucks?)?\s*(?:就|能|可以|直接|拿下?|带走|买|到手|抢|得|发)*\s*(?P<n>\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})\s*(?P<piece>[{COUNTED}])(?!人|小时|月|星期|钟|字|套|装|邮|顺)"
    r"|\s*(?:dollars?|yuan|bucks?)?\s*for\s+(?P<word>two|three|four|five|six|both|[2-9])\b"
)
EACH = re.compile(r"\s*(?:元|块钱?|yuan|dollars?)?\s*(?:each|apiece|per\b|a piece|/|每)")
EACH_BEFORE = re.compile(rf"(?:每[{COUNTED}]|单价|单买)\D{{0,3}}$")
NO_COUNT = re.compile(r"(?:前|剩下?|最后|还有|库存|限量|只有|[卖拍出发送抽][了出掉]?|第|每满|又来|上架|补货?)\s*$")
DEAL = re.compile(
    rf"(?:买|拍)\s*[\d一二两三四五]\s*[{PIECE}]?\s*[,就再还可]*\s*[送赠发得免付]\s*[\d一二两三四五](?![{DIGIT}\d]*[天年]|[{PIECE}](?![啊哦呢的了哈同])[\u4e00-\u9fff])|买\s*[一1]\s*[{PIECE}]{NAME}\s*[,就再还可]*\s*[送赠]\s*[一1]\s*[{PIECE}]?(?=$|[{STOP}])|第[二两三2-9]\s*[{PIECE}]\s*(?:[只仅就再还]?要?\s*)?(?:半价|[0零][元块]|免费|白送|免单|减|打)"
    rf"|(?:\d+(?:\.\d+)?|[{DIGIT}]+(?:点[{DIGIT}])?)\s*折(?![叠射算磨腾返痕页扇伞纸中断合椅床线角边布弯皱不就券])|半价|{NAME}[^{STOP}]{{0,4}}不要钱|(?<![叠翻])对折(?=$|[{STOP}]|优惠|卖|处理)|(?<![\d一])[0零]元(?:购|拿|带|抢|到手|$|[{STOP}])"
    rf"|\bbuy\s+(?:one|two|three|a|\d+)[\s,]+(?:{NAME}[\s,]*)?(?:and\s+)?get\s+(?:one|two|another|\d+)|\bbogo\b|\bhalf(?:\s+the)?[\s-]+(?:off|price)|\d+\s*(?:%|percent)\s+(?:off|discount)\b|\bsaves?\s+(?:up to\s+)?\d+\s*(?:%|percent)(?!\s*(?:of|more|less)\b)|\b(?:two|three|[23]) for (?:one|two|1|2)\b"
)
NO_DEAL = re.compile(
    rf"(?:没有?|不[是搞做玩打来]?|别|从不|不能|no|not|never|don't do|满(?![意足心怀])[^{STOP}]{{0,8}}|会员|生日|学生|首单)\s*\S{{0,2}}$"
)
