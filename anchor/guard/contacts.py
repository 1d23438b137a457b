"""Contacts in words: links, mail, accounts by the words before them, and houses by street and number.

All of it reads a text by its looks (:mod:`anchor.guard.privacy`), which are small and plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

DIGIT = r"[\d零〇一二三四五六七八九十两幺壹贰叁肆伍陆柒捌玖]"
_MARK = r"[^a-z0-9㐀-鿿]"

# c o m, c0m, c.o.m, 康姆
_COM = r"(?:c[\s.。]?[o0哦][\s.。]?m|c\s?n|n\s?e\s?t|o\s?r\s?g|[康抗科]姆)(?![a-z0-9])"
_TOP = (
    rf"(?:{_COM}|(?:m\s?e|io|cc|tv|gg|ly|gl|im|top|xyz|vip|shop|store|site|online|club|info|link|app|live|example|ru|co|uk|biz|mobi|asia"
    r"|ltd|wang|pw|icu|dev|hk|tw|jp|kr|sg)(?![a-z0-9]))"
)
# a name, whole or with blanks between its letters; its length is limited for the time it takes
_LABEL = r"(?:[a-z0-9](?:\s[a-z0-9](?![a-z0-9])){1,20}|[a-z0-9][a-z0-9-]{0,40})"
# what stands for a dot: t点me, t(dot)me, t•me
_DOT = r"\s{0,2}(?:[(\[【（]\s?(?:点|dot|\.)\s?[)\]】）]|点|dot|(?<=\s)dian(?=\s)|[。．·•●‧・∙丶])\s{0,2}"
_DOMAIN = (
    rf"{_LABEL}(?:(?:\.|{_DOT}){_LABEL}){{0,3}}?"
    # "ok。me too" is a sentence
    rf"(?:{_DOT}(?!(?<=。)(?:me|live|link|info)){_TOP}|\.{_TOP}|\s{{0,2}}\.\s{{0,2}}(?:{_COM}|{_TOP}(?=\s?/\s?[a-z0-9])))(?:\s?(?:/|斜杠)\s?[a-z0-9_@?=&#%./+-]+)?"
)
_AT = r"(?:@|[(\[{<（【]\s?(?:@|at|a|艾特)\s?[)\]}>）】]|[艾爱]特|圈\s?a|小老鼠)"
_MAILERS = rf"(?:qq|扣扣|163|126|139|sina|gmail|hotmail|outlook|foxmail|icloud|yahoo|yeah|aliyun|proton(?:mail)?)(?![a-z0-9])(?:{_DOT}{_TOP})?"
_LINKS = re.compile(
    r"h[tx]{2}ps?\s?[:：]\s?//\S+|www\.\S+"
    # "#" and a bare "at" need a domain behind them
    rf"|(?<![\w.+-])[\w.+-]{{1,64}}(?:\s{{0,2}}(?:{_AT}|[#☆*]|(?<=\s)at(?=\s))\s{{0,2}}{_DOMAIN}|\s{{0,2}}{_AT}\s{{0,2}}{_MAILERS}|@[\w-]+(?:\.[\w-]+)*)"
    rf"|(?<![\w.-])(?:[a-z0-9-]+\.)+{_TOP}(?:/\S*)?|(?<![\w.-])(?=\d*[a-z])[a-z0-9-]+\.[a-z]{{2,8}}/[a-z0-9]\S*"
    # 3点 is an hour
    rf"|(?<![a-z0-9-])(?!\d{{1,2}}\s?点){_DOMAIN}",
    re.A,
)

# without one of these there is no link, which saves time for most comments; the same holds for accounts and houses below
_LINKED = re.compile(r"[@#☆*.。．·•●‧・∙丶点:：特圈)\]}>】）]|dot|dian|at|小老鼠")

# 微 and what sounds like it: the first are seldom part of another word
_WEI = r"[微薇威葳徽溦嶶崴]"
_SOUND = r"(?:[微薇威葳徽溦嶶崴唯围喂胃卫魏味伟尾畏为未]|维(?![a-e]\s?\d)|wei)"
_BREAK = rf"{_MARK}{{0,2}}"
_WEIXIN = rf"(?:{_SOUND}{_BREAK}(?:[信芯心新欣鑫辛馨❤♥x]|xin)|卫星|(?<![a-z])(?:v{_BREAK}(?:[信心芯x❤♥]|xin)|w{_BREAK}x|wechat|weixin))"
_APP = (
    rf"{_WEIXIN}|绿泡泡?|小?绿书|[绿蓝]色?的?(?:那个)?(?:聊天)?软件|绿色(?:图标|聊天)|绿软|加绿|[扣抠蔻叩]{_BREAK}[扣抠蔻叩]|球球|秋秋|企鹅号?|[小纸]飞机|飞机号|电报|纸飞|某[宝音书鱼]店?|公[众z]号|b站|推特|脸书|油管|小红薯|小地瓜"
    r"|(?:淘宝|闲鱼|咸鱼|拼多多|微店|抖音|快手|小红书|微博|支付宝)(?:店铺?|号|id|账[号户]|搜|私)?|网[址站]|邮箱|邮件|联系方式"
)
# English words too, so that what follows must have figures, or a mark before it
_LATIN_APP = (
    rf"(?:(?<![a-z])(?:q{_BREAK}q|telegram|whats\s?app|line|signal|kakao(?:talk)?|discord|instagram|snapchat|facebook|messenger|skype|zalo"
    r"|viber|twitter|weibo|taobao|tiktok|youtube|tele|snap|tg|ins|ig|fb|e-?mail)(?![a-z])|(?<![a-z0-9])(?:dy|ks|tb|xhs)(?=[号店搜:：]))"
)
_FILLER = rf"(?:{_MARK}|[号码是为加同我咱找叫搜名字的个这呀啊呢哈哦账帐户昵称一样私聊看有留发联系群在店]|(?:at|is|id|me|no|add|my|on)(?![a-z]))"
# what is no account though it follows such a word: goods, English words, measures, 88888
_GOODS = (
    r"(?!(?:iphone|ipad|airpods|macbook|mate|spf|usb|type|rtx|gtx|ddr|ipx|redmi|galaxy|vip|lv|switch|ps|wifi)[\s-]?\d{0,4}(?:pro|max|plus|c)?(?![a-z0-9_])"
    r"|(?:wifi|pay|please|thanks?|music|video|emoji|android|login|online|group|works?|number|account|shop|store|order|phone)(?![a-z0-9_])"
    r"|\d+(?:[.,]\d+)?\s?(?:ml|mah|kg|cm|mm|km|gb|tb|g|l|w|v|m|pcs?|yuan|rmb|元|块|件|毫安|个|年)(?![a-z0-9])"
    rf"|(?:{'|'.join(f'{figure}{{3,}}' for figure in range(10))})(?![\w.-]))"
)
_FIGURES = rf"{DIGIT}(?:{_MARK}{{0,3}}{DIGIT}){{4,}}"
# lily8899, 8899lily, lily_fake, lily 8899, lily八八九九, l i l y 8 8
_MIXED = (
    r"(?:(?=[a-z0-9.-]{0,30}[\d_])(?=\d{0,30}[a-z_])[a-z0-9][\w.-]{3,}"
    rf"|[a-z]{{2,20}}{_MARK}{{1,3}}\d[\d_-]{{2,}}|[a-z]{{2,20}}(?:{_MARK}{{0,2}}{DIGIT}){{3,}}|[a-z0-9](?:\s[a-z0-9](?![a-z0-9])){{4,}})"
)
_NUMBERED = rf"{_GOODS}(?:{_FIGURES}|{_MIXED})"
_ACCOUNT = rf"{_GOODS}(?:{_FIGURES}|{_MIXED}|[a-z][a-z.-]{{4,}})"
_ACCOUNTS = re.compile(
    rf"(?:{_APP}){_FILLER}{{0,10}}{_ACCOUNT}"
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
    # figures in pinyin and English
    r"|(?<![a-z])(?:(?:y[ia]o?|er|san|si|wu|liu|qi|ba|jiu|ling|dong|zero|oh|one|two|three|four|five|six|seven|eight|nine)[\s,，.-]{0,3}){7,}(?![a-z])"
    # no account here, but the viewer's name or number is one
    rf"|(?:{_APP}|{_LATIN_APP}|(?<![a-z0-9])v|{_WEI}|手机号?|电话){_MARK}{{0,4}}(?:同(?:我的?)?(?:名字?(?!牌)|号(?!码)|昵称|网名|微|v|抖音号?)|(?:就?是|在)我?的?(?:名字|昵称|网名))",
    re.A,
)

_OWNED = re.compile(rf"[a-z]|同|名字|昵称|网名|{_FIGURES}", re.A)
_BUILT = re.compile(r"[路街巷弄大小花新胡村镇]|road|st|ave|lane|rd")

_HOUSES = re.compile(
    r"[㐀-鿿]{2,8}(?:路|街|巷|弄|大道|小区|花园|新村|胡同|村|镇)(?:[\d一二三四五六七八九十]+(?:号楼?|弄|栋|幢|单元|座|室|楼|层|组|排)[\d\-]*)+(?:\d{2,4}(?![\d元块件个]))?"
    r"|\b(?:room|apt\.?|suite|flat|unit)\s*\d+\w?,?\s*\d+[a-z0-9 ,]{0,30}(?:road|street|avenue|lane|rd|st|ave)\b|\b\d{1,5} (?:[a-z]+ ){1,3}(?:road|street|avenue|lane|rd|ave)\b",
    re.A,
)


def spans(look: str) -> Iterator[tuple[int, int]]:
    for hint, pattern in ((_LINKED, _LINKS), (_OWNED, _ACCOUNTS), (_BUILT, _HOUSES)):
        if hint.search(look):
            for match in pattern.finditer(look):
                yield match.span()
