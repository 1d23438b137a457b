"""Masks viewers' names and words before everybody sees them: no full names, phone numbers or addresses.

It errs on the side of hiding; that something clever gets through cannot be ruled out, so the ticker is off by default.
"""

from __future__ import annotations

import re
import unicodedata

_DIGIT = r"[\d零〇一二三四五六七八九十两幺壹贰叁肆伍陆柒捌玖]"
_BETWEEN = r"[\s\-—–_.,。·/\\()*#+|~:]{0,3}"
_DOMAINS = "com|cn|net|org|me|io|cc|tv|gg|ly|gl|im|top|xyz|vip|shop|store|site|online|club|info|link|app|live|example"
_ACCOUNT = (
    "微信|威信|薇信|徽信|维信|围信|微芯|薇心|微心|卫星|绿泡泡|小绿书?|扣扣|球球|秋秋|企鹅号?|纸飞机|电报|抖音号|快手号|小红书号|淘宝号"
    r"|绿色(?:聊天)?软件|绿色图标|(?<![a-z])(?:v\s*信|wei\s*(?:信|xin)|v\s*xin|微\s*x(?:in)?|v\s*x|wx|vx|wechat|qq|q\s*群"
    r"|(?:whatsapp|telegram|line\s*id|discord|instagram|snapchat|tg|ins)(?![a-z]))"
)
_FILLER = r"(?:[^a-z0-9㐀-鿿]|[号码是为加同我找叫搜]|(?:at|is|id|me)(?![a-z])){0,8}"
_PRIVATE = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)*"
    rf"|(?<![\w.-])(?:[a-z0-9-]+\.)+(?:{_DOMAINS})(?![a-z0-9])(?:/\S*)?"
    # 点 in the place of dots
    rf"|(?:www\s*点\s*)?[a-z0-9-]{{2,}}\s*(?:点|dot|\[dot\]|。)\s*(?:{_DOMAINS})(?![a-z0-9])"
    # an account, by the word before it
    rf"|(?:{_ACCOUNT}){_FILLER}[a-z0-9][\w-]{{3,}}"
    rf"|(?:电话|手机号?|(?<![a-z])(?:tel|phone)(?![a-z])){_FILLER}\d[\d \-]{{3,}}\d"
    # or by one letter and a mark, as 薇❤ and 加v are written
    r"|(?:[加+➕]\s*[薇微威徽卫魏v]|(?<![㐀-鿿a-z])[薇微威徽v](?=[^a-z0-9㐀-鿿]))[信x❤]?[^a-z0-9㐀-鿿]{0,6}(?=[\w.-]*\d|[a-z]{6})[a-z0-9][\w.-]{4,}"
    # a house, by its street and number
    r"|[㐀-鿿]{2,8}(?:路|街|巷|弄|大道|小区|花园|新村|胡同|村|镇)(?:[\d一二三四五六七八九十]+(?:号楼?|弄|栋|幢|单元|座|室|楼|层|组|排)[\d\-]*)+(?:\d{2,4}(?![\d元块件个]))?"
    r"|\b(?:room|apt\.?|suite|flat|unit)\s*\d+\w?,?\s*\d+[a-z0-9 ,]{0,30}(?:road|street|avenue|lane|rd|st|ave)\b|\b\d{1,5} (?:[a-z]+ ){1,3}(?:road|street|avenue|lane|rd|ave)\b"
    # telephone, identity and card numbers, however they are written and spaced
    rf"|\(?\d{{6,}}x?|\(?{_DIGIT}{_BETWEEN}(?:(?:{_DIGIT}|o){_BETWEEN}){{5,}}{_DIGIT}[x)]?|(?:{_DIGIT}[、,，。]{{1,2}}){{6,}}{_DIGIT}"
    r"|(?:[零〇一二三四五六七八九幺][，、\s]{0,2}){6,}[零〇一二三四五六七八九幺]",
    re.I | re.A,
)
_INVISIBLE = dict.fromkeys((0xFE0F, 0x20E3, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
"""what turns digits into keycaps, and what stands between letters unseen"""


def name(viewer: str) -> str:
    """小李 as 小*, Benjamin as B***."""
    viewer = viewer.strip()
    return viewer[:1] + "*" * min(3, len(viewer) - 1) if len(viewer) > 1 else "*" * len(viewer)


def words(text: str) -> str:
    """The text with what is private as ***, and wide letters and circled digits as plain ones."""
    return _PRIVATE.sub("***", "".join(_plain(char) for char in text.translate(_INVISIBLE)))


def private(text: str) -> list[tuple[int, int]]:
    """Where something private stands in a text."""
    kept = [i for i, char in enumerate(text) if ord(char) not in _INVISIBLE]
    plain = [(_plain(text[i]), i) for i in kept]
    letters = [i for form, i in plain for _ in form]
    matches = _PRIVATE.finditer("".join(form for form, _ in plain))
    return [(letters[m.start()], letters[m.end() - 1] + 1) for m in matches]


def _plain(char: str) -> str:
    """Its ASCII form where it has one, but for punctuation, which stays as it was set."""
    form = unicodedata.normalize("NFKC", char)
    return form if form.isascii() and all(c.isalnum() or c in "@./_-()" for c in form) else char
