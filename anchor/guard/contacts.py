"""Contacts in words: accounts by the words before them, what a shop's app opens, and houses by street and number.

All of it reads a text by its looks (:mod:`anchor.guard.privacy`), which are small and plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from anchor.guard import handles, links, rows

DIGIT = r"[\d零〇一二三四五六七八九十两幺壹贰叁肆伍陆柒捌玖]"
_MARK = r"[^a-z0-9㐀-鿿]"

# 微 and what sounds like it: the first are seldom part of another word
_WEI = r"[微薇威葳徽溦嶶崴]"
_SOUND = r"(?:[微薇威葳徽溦嶶崴唯围喂胃卫魏味伟尾畏为未]|维(?![a-e]\s?\d)|wei)"
_BREAK = rf"{_MARK}{{0,2}}"
_WEIXIN = rf"(?:{_SOUND}{_BREAK}(?:[信芯心新欣鑫辛馨❤♥x]|xin|[亻イ]{_BREAK}[言訁])|卫星|(?<![a-z])(?:v{_BREAK}(?:[信心芯x叉×✖✘❌❤♥]|xin)|w{_BREAK}x|wechat|weixin))"
_APP = (
    rf"{_WEIXIN}|绿泡泡?|小?绿书|[绿蓝]色?的?(?:那个)?(?:聊天)?(?:软件|app|应用)|绿色(?:图标|聊天)|绿软|加绿|[扣抠蔻叩]{_BREAK}[扣抠蔻叩]|球球|秋秋|企鹅号?|[小纸]飞机|飞机号|电报|纸飞|某[宝音书鱼信博](?:店铺?|号)?|公[众z]号|(?<!办)公号|b站|推特|脸书|油管|小红薯|小地瓜"
    r"|(?:淘宝|闲鱼|咸鱼|拼多多|微店|抖音|快手|小红书|微博|支付宝)(?:店铺?|号|id|账[号户]|搜|私)?|网[址站]|邮箱|邮件|联系方式"
)
# names that are goods and words as well, so that what follows must have letters and figures
_NICK = (
    rf"抖{_BREAK}[🎵🎶♪♫]|抖(?:y|yin|in)音?|(?:d|dou|斗){_BREAK}音|小?(?:h|红|hong){_BREAK}(?:书|shu)|小红s(?![a-z])|红薯|围脖|知乎|绿标|绿色图标|[🍠📕]"
    r"|(?:粉丝|福利|微信|会员|交流|[进入加拉])群(?:暗号|口令|备注)?|暗号"
)
# English words too, so that what follows must have figures, or a mark before it
_LATIN_APP = (
    rf"(?:(?<![a-z])(?:q{_BREAK}q|telegram|whats\s?app|line|signal|kakao(?:talk)?|discord|insta(?:gram)?|kik|we\s?chat|xhs|douyin|wb|snapchat|facebook|messenger|skype|zalo"
    r"|viber|twitter|weibo|taobao|tiktok|youtube|tele|snap|tg|ins|ig|fb|e-?mail)(?![a-z])|(?<![a-z0-9])(?:dy|ks|tb)(?=[号店搜:：]))"
)
_FILLER = rf"(?:{_MARK}|[号码是为加同我咱找叫搜名字的个这呀啊呢哈哦账帐户昵称一样私聊看有留发联系群在店铺]|(?:at|is|id|me|no|add|my|on)(?![a-z]))"
# what is no account though it follows such a word: goods, English words, measures, 88888
_GOODS = (
    r"(?!(?:iphone|ipad|airpods|macbook|mate|spf|usb|type|rtx|gtx|ddr|ipx|redmi|galaxy|vip|lv|switch|ps|wifi)[\s-]?\d{0,4}(?:pro|max|plus|c)?(?![a-z0-9_])"
    r"|(?:wifi|pay|please|thanks?|music|video|emoji|android|login|online|group|works?|number|account|shop|store|order|phone)(?![a-z0-9_])"
    r"|\d+(?:[.,]\d+)?\s?(?:ml|mah|kg|cm|mm|km|gb|tb|g|l|w|v|m|pcs?|yuan|rmb|元|块|件|毫安|个|年)(?![a-z0-9])"
    rf"|(?:{'|'.join(f'{figure}{{3,}}' for figure in range(10))})(?![\w.-]))"
)
_FIGURES = rf"{DIGIT}(?:{_MARK}{{0,3}}{DIGIT}){{4,}}"
# "says 1999" is no name with a number
_SAYS = (
    r"(?!(?:say|show|price|cost|sell|deal|size|model|like|want|need|save|get)s?(?![a-z])|(?:said|showed|from|only|has|have|had|got|was|just|about"
    r"|under|over|the|for|its?|new|sale|sold|with|and|or|of|to|in|than|since|after|before|until|around|now|then|promo|off|buy|event)(?![a-z]))"
)
# lily8899, 8899lily, lily_fake, lily 8899, lily八八九九, l i l y 8 8
_MIXED = (
    r"(?:(?=[a-z0-9.-]{0,30}[\d_])(?=\d{0,30}[a-z_])[a-z0-9][\w.-]{3,}"
    rf"|{_SAYS}[a-z]{{2,20}}{_MARK}{{1,3}}\d[\d_-]{{2,}}|{_SAYS}[a-z]{{2,20}}(?:{_MARK}{{0,2}}{DIGIT}){{3,}}|[a-z0-9](?:\s[a-z0-9](?![a-z0-9])){{4,}})"
)
_NUMBERED = rf"{_GOODS}(?:{_FIGURES}|{_MIXED})"
_ACCOUNT = rf"{_GOODS}(?:{_FIGURES}|{_MIXED}|[a-z][a-z.-]{{4,}})"
_ACCOUNTS = re.compile(
    rf"(?:{_APP}){_FILLER}{{0,10}}{_ACCOUNT}"
    rf"|(?:{_NICK})(?:号|店铺?)?(?:{_FILLER}{{0,8}}{_GOODS}{_MIXED}|\s?[号:：]{_FILLER}{{0,4}}{_GOODS}[a-z][a-z.-]{{4,}})"
    rf"|{_LATIN_APP}{_FILLER}{{0,10}}{_NUMBERED}|{_LATIN_APP}\s?(?:[:：=@]|id\b|[号是搜加]){_FILLER}{{0,8}}{_ACCOUNT}"
    rf"|(?:{_WEIXIN}|(?<![a-z])(?:v\s?x|qq))\s?号?\s?[:：是]\s?{_GOODS}[a-z0-9][\w-]{{3,}}|(?:飞机(?![a-z0-9])|[✈🐧💬📧✉📮]){_FILLER}{{0,6}}{_NUMBERED}"
    # the sound or the letter alone: 加薇, +v, 微❤, V号; 稍微, VIP and V领 are other words
    rf"|[加家嘉佳➕✚+十](?:我|个|一?下|主播|老板)?的?{_BREAK}(?:{_SOUND}|v(?!ip)|w(?!ifi))[信x❤]?{_FILLER}{{0,8}}{_ACCOUNT}"
    rf"|(?<![稍轻略些细显卑低]){_WEI}{_FILLER}{{0,8}}{_ACCOUNT}|(?<![a-z0-9.])[vw]{_FILLER}{{1,8}}{_GOODS}{_MIXED}"
    # 加我 and an account; ➕ and one with many figures
    rf"|(?:[加➕✚+十找私戳敲滴]|联系|add)\s?(?:我|咱|俺|me(?![a-z])){_FILLER}{{0,8}}{_NUMBERED}"
    rf"|(?:[加➕✚搜私]|联系|搜索|关注|同名|名字|(?<![a-z])id|(?<![a-z0-9])\+){_FILLER}{{0,4}}{_GOODS}(?:[a-z]{{2,20}}\d{{3,}}|[a-z]+_[a-z_]*\d+)"
    # the number of a Q or a group; Q10 is an enzyme
    rf"|(?:[扣抠]|(?<![a-z0-9])q(?!10(?!\d))|qq|群){_FILLER}{{0,6}}{_GOODS}{_FIGURES}"
    # lily8899是我微信
    rf"|(?<![\w.-])(?=[a-z_.-]{{1,30}}\d){_GOODS}[a-z][\w.-]{{3,40}}\s?[,，]?(?:(?:(?:这?就?是|加)(?:我|咱)?的?|[(（])\s?(?:{_WEIXIN}|v\s?x|qq|{_WEI}|v(?![a-z0-9]))[)）]?"
    rf"|加我(?![一两几个\d])|(?:{_WEIXIN}|v\s?x)(?=[哦呀啊哈呢]|[^㐀-鿿a-z0-9]|$))"
    # no account here, but the viewer's name or number is one
    rf"|(?:{_APP}|{_LATIN_APP}|(?<![a-z0-9])v|{_WEI}|手机号?|电话){_MARK}{{0,4}}(?:同(?:我的?)?(?:名字?(?!牌)|号(?!码)|昵称|网名|微|v|抖音号?)|(?:就?是|在)我?的?(?:名字|昵称|网名))",
    re.A,
)

_OWNED = re.compile(rf"[a-z]|同|名字|昵称|网名|{_FIGURES}", re.A)
# goods go by platforms' names, so that prices may follow these: 抖音 99 159 168
_SURE = re.compile(rf"{_WEI}|[微维]|[vw]{_BREAK}x|q|[扣抠]|企鹅|[号vw🐧]|(?<![a-z])id")
_TAIL = re.compile(rf"(?:\d[\d.]*{_MARK}{{1,3}})+\d[\d.]*$", re.A)

# what opens a shop's app: ￥AbC123d￥
_PASSWORD = re.compile(
    r"([￥¥$€£₤₴¢₳《(（])\s?(?=[a-z]{0,15}\d)(?=\d{0,15}[a-z])[a-z0-9]{6,16}\s?(?:\1|[》)）](?=\s?(?:复制|打开|去|到)))"
    r"|口令\s?[:：是]?\s?(?=[a-z]{0,15}\d)(?=\d{0,15}[a-z])[a-z0-9]{6,16}(?![a-z0-9])"
)
_SIGNED = re.compile(r"[￥¥$€£₤₴¢₳《(（]|口令")

_BUILT = re.compile(r"[路街巷弄大小花新胡村镇栋幢座楼元]|road|st|ave|lane|rd|blvd")
_COUNT = r"[\d一二三四五六七八九十零〇]"
_HOUSES = re.compile(
    rf"[㐀-鿿]{{2,8}}(?:路|街|巷|弄|大道|小区|花园|新村|胡同|村|镇)(?:[\d一二三四五六七八九十]+(?:号楼?|弄|栋|幢|单元|座|室|楼|层|组|排)[\d\-]*)+(?:\d{{2,4}}(?![\d元块件个]))?"
    rf"|(?:{_COUNT}{{1,3}}|[a-h])(?:栋|幢|座|号楼)\s?{_COUNT}{{1,2}}(?:单元|门)\s?(?:{_COUNT}{{3,4}}室?)?|{_COUNT}{{1,3}}(?:栋|幢|号楼|单元)\s?{_COUNT}{{3,4}}[室户房]"
    r"|\b(?:room|apt\.?|suite|flat|unit)\s*\d+\w?,?\s*\d+[a-z0-9 ,]{0,30}(?:road|street|avenue|lane|rd|st|ave)\b|\b\d{1,5} (?:[a-z]+ ){1,3}(?:road|street|avenue|lane|rd|ave|blvd|boulevard)\b"
    # "st" ends an address, with a town behind it
    r"|\b\d{1,5} (?:[a-z]+ ){1,2}st[.,]{1,2} ?[a-z]{3,}",
    re.A,
)


def spans(look: str) -> Iterator[tuple[int, int]]:
    yield from links.spans(look)
    yield from handles.spans(look)
    if _OWNED.search(look):
        for match in _ACCOUNTS.finditer(look):
            tail = _TAIL.search(match[0])
            if not (tail and not _SURE.search(match[0]) and rows.goods([part[0] for part in rows.groups(tail[0])])):
                yield match.span()
    for hint, pattern in ((_SIGNED, _PASSWORD), (_BUILT, _HOUSES)):
        if hint.search(look):
            for match in pattern.finditer(look):
                yield match.span()
