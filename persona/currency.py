"""Currencies: how an amount is said and printed, and by which signs and words money is known in a text. Standard library only.

The one table of these marks. They are parts of regular expressions over small letters; each looks at what stands around it, so
match them in the whole text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_START, _END = "(?<![a-z])", "(?![a-z])"
"""where a Latin word begins and ends; a digit is no letter, so that usd99 has a code in it"""
_NUMERAL = r"[\d零〇一二两三四五六七八九十百千万]"
_PREFIXES = (
    "us",
    "us ",
    "hk",
    "hk ",
    "nt",
    "nt ",
    "au",
    "au ",
    "ca",
    "ca ",
    "nz",
    "nz ",
    "mx",
    "mex",
    "cn",
    "jp",
    "s",
    "r",
    "a",
    "c",
)
_DOLLARS = ("us", "american", "hong kong", "hk", "taiwan", "taiwanese", "nt", "singapore", "singaporean", "canadian", "australian", "aussie", "new zealand", "jamaican", "fiji")  # fmt: skip
_SYMBOL = r"[$¢£¥￥＄฿₠-⃀]"
SIGN = rf"(?:{_START}(?:{'|'.join(_PREFIXES)}))?{_SYMBOL}"
"""of any currency"""
YUAN = r"元(?![旦宵素音气件器老组婴始年月首帅春]|化(?!妆)|催化)"
"""the character, where it is not of 元旦, 元素 or 多元化"""
_ALONE = "".join(f"(?<!{_START}{prefix})" for prefix in _PREFIXES)
"""before a sign that several countries use: without the letters of any"""
_PLAIN = "".join(f"(?<!{_START}{country} )" for country in _DOLLARS)
"""the same before the word"""
_STOPS = r"(?=\s*(?:[,.!?;:，。！？]|$|each|only|today|now))"
"""behind an English word that is money only where nothing follows: 99 real"""


@dataclass(frozen=True, slots=True)
class Marks:
    """By what sums in a currency are known. A mark that may mean something else belongs in ``slang`` or ``loose``."""

    signs: str = ""
    codes: str = ""
    chinese: str = ""
    """names that stand before a number and behind it"""
    english: str = ""
    dollars: str = ""
    """the word that many currencies share, each with its countries"""
    slang: str = ""
    """Chinese words that are money behind a number"""
    loose: str = ""
    """words that are money behind a number here, and are judged by more than that in scripts"""
    cents: str = ""
    """a part of the unit: a sum of these is no sum of it"""
    few: str = ""
    """a sum of cents with its number, by a word too common to be one in other shops"""

    @property
    def before(self) -> str:
        return _any(self.signs, _latin(self.codes), self.chinese, _latin(self.english), _latin(self.dollars))

    @property
    def alone(self) -> str:
        """all that tells of money without a number, too"""
        return _any(self.before, self.slang, self.loose)

    @property
    def behind(self) -> str:
        return _any(self.alone, self.parts)

    @property
    def parts(self) -> str:
        """of cents"""
        return _latin(self.cents)


def _any(*patterns: str) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns if pattern)


def _latin(words: str) -> str:
    return f"{_START}(?:{words}){_END}" if words else ""


def _dollars(*countries: str, plain: bool = True) -> str:
    words = "|".join(f"{country} dollars?" for country in countries)
    return rf"{words}|{_PLAIN}dollars?" if plain else words


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency, by its ISO 4217 code."""

    code: str
    sign: str
    """printed before an amount"""
    chinese: str
    """said behind an amount"""
    english: str
    plural: str
    marks: Marks
    digits: int = 2
    """behind the decimal point"""

    def said(self, amount: Decimal, english: bool) -> str:
        """An amount in a sentence: 99元, 49.90 dollars."""
        if english:
            return f"{cents(amount)} {self.english if amount == 1 else self.plural}"
        return plain(amount) + self.chinese

    def printed(self, amount: Decimal) -> str:
        """An amount behind its sign: 49.9, and 24.90 for dollars."""
        return plain(amount) if self.code == "CNY" else cents(amount)


def plain(amount: Decimal) -> str:
    """99, 49.9, 5999.95."""
    return format(amount.normalize(), "f")


def cents(amount: Decimal) -> str:
    """99, 49.90, 5999.95: a fraction has two digits."""
    return plain(amount) if amount == amount.to_integral_value() else f"{amount:.2f}"


_CENTS = r"cents?|dimes?|penn(?:y|ies)|¢"
_BARE_YUAN = rf"(?<![美欧日港坡澳加纽韩台大亚兰门新次单公纪])(?<!(?<!{_NUMERAL})多){YUAN}"
_PIECE = r"(?<![这那哪整每大小板方])[块塊](?![头状儿屏布糖饼肉板砖表木石]|来[看聊]|电池|巧克力|蛋糕|[肥香]皂|毛巾|抹布|玻璃|面膜|豆腐|奶酪|手表)"
"""块, where it counts no pieces"""
_KNIFE = rf"(?:(?<={_NUMERAL})|(?<={_NUMERAL} ))(?<!(?<!{_NUMERAL})一)刀(?=[,.!?;:，。！？、；…~\s]|乐|$)"
_ROUND = rf"(?<={_NUMERAL})[圆圓](?![形角润弧筒盘桌领头点环珠球孔柱满通锥])"
_JIAO = rf"(?<![块元.\d])(?<!{_NUMERAL}){_NUMERAL}{{2,}}\s?[毛角](?![发绒衣巾笔形度落色边领])"
_MOSQUITO = r"(?<=[\d零〇一二两三四五六七八九十百千万几多}])蚊(?![子虫香帐液])"
_POUNDS = r"pounds?(?!\s*(?:of|lighter|heavier|in\s+weight|bags?|packs?|box|boxes|tins?|cans?|jars?|sacks?|bottles?|sizes?|beans|coffee)\b)|quid"

_ALL = (
    Currency("CNY", "¥", "元", "yuan", "yuan", Marks(rf"(?:{_START}cn|{_ALONE})[¥￥]", "rmb|cny", "人民币|软妹币", "yuan|kuai|renminbi",
        slang="[块塊元圆圓毛角分][钱錢]|大洋(?!葱|芋|洲)|个币", loose=_any(_BARE_YUAN, _PIECE, _ROUND), few=_JIAO)),
    Currency("USD", "$", "美元", "dollar", "dollars", Marks(rf"(?:{_START}us ?|{_ALONE})[$＄]", "usd", rf"美(?:{YUAN}|[金刀])",
        "bucks?", _dollars("us", "american"), loose=_KNIFE, cents=rf"{_CENTS}|美分")),
    Currency("EUR", "€", "欧元", "euro", "euros", Marks("€", "eur", f"欧{YUAN}", "euros?", cents=rf"{_CENTS}|欧分")),
    Currency("GBP", "£", "英镑", "pound", "pounds", Marks("£", "gbp", "英镑", _POUNDS, slang="镑", cents="pence|penn(?:y|ies)|便士", few=r"(?<![\d.])\d{1,2}\s?p(?![a-z])")),
    Currency("JPY", "¥", "日元", "yen", "yen", Marks(rf"(?:{_START}jp|{_ALONE})[¥￥]", "jpy", rf"日(?:{YUAN}|圆(?!满)|币)", "yen", slang="円"), 0),
    Currency("HKD", "HK$", "港元", "Hong Kong dollar", "Hong Kong dollars", Marks(rf"(?:{_START}hk ?|{_ALONE})[$＄]", "hkd", rf"港(?:{YUAN}|[币纸圆])",
        dollars=_dollars("hong kong", "hk"), slang=_MOSQUITO, cents=_CENTS)),
    Currency("TWD", "NT$", "新台币", "Taiwan dollar", "Taiwan dollars", Marks(rf"(?:{_START}nt ?|{_ALONE})[$＄]", "twd|ntd", rf"新?台(?:{YUAN}|[币幣])",
        dollars=_dollars("(?:new )?taiwan(?:ese)?", "nt"), cents=_CENTS)),
    Currency("SGD", "S$", "新加坡元", "Singapore dollar", "Singapore dollars", Marks(rf"(?:{_START}s|{_ALONE})[$＄]", "sgd", rf"新币|新加坡(?:{YUAN}|币)|坡(?:{YUAN}|币)",
        dollars=_dollars("singapore(?:an)?"), slang=f"新{YUAN}", cents=_CENTS)),
    Currency("MYR", "RM", "令吉", "ringgit", "ringgit", Marks("", "myr|rm", "马币|令吉|林吉特", "ringgits?", cents="sen")),
    Currency("THB", "฿", "泰铢", "baht", "baht", Marks("฿", "thb", "泰[铢币]", "baht", slang="铢(?!构)", cents="satangs?")),
    Currency("VND", "₫", "越南盾", "dong", "dong", Marks("₫", "vnd", "越南盾", "dong", slang="(?<!印尼)盾(?![牌构])", loose=r"(?<=\d)đ"), 0),
    Currency("BRL", "R$", "雷亚尔", "real", "reais", Marks(rf"{_START}r[$＄]", "brl", "雷亚尔", "reais", loose=rf"(?<=\d )real{_STOPS}", cents="centavos?")),
)  # fmt: skip
CURRENCIES = {currency.code: currency for currency in _ALL}
_OTHERS = (
    Marks("[₠-⃀]"),
    Marks(rf"{_START}(?:au ?|a)[$＄]", "aud", rf"澳(?:{YUAN}|币)|澳大利亚元", dollars=_dollars("australian", "aussie", plain=False)),
    Marks(rf"{_START}(?:ca ?|c)[$＄]", "cad", rf"加(?:{YUAN}|币)|加拿大元", dollars=_dollars("canadian", plain=False)),
    Marks(rf"{_START}(?:nz ?|mex|mx)[$＄]", "nzd|mxn", rf"纽(?:{YUAN}|币)|新西兰元", dollars=_dollars("new zealand", "jamaican", "fiji", plain=False)),
    Marks("", "krw", rf"韩(?:{YUAN}|币)", loose=rf"(?<=\d )won{_STOPS}"),
    Marks(rf"{_START}rs\.", "inr|idr|php", "卢比|印尼盾|比索", "rupees?|rupiah|pesos?", loose=rf"(?:(?<=\d)|(?<=\d ))rs{_END}"),
    Marks("", "chf|aed|zar", "瑞士法郎|[法瑞]郎|迪拉姆|兰特", "francs?|dirhams?|rand"),
    Marks("", "usdt|btc|pln", "卢布|里拉|第纳尔|里亚尔|克朗|澳门元", "rou?bles?|riyals?|dinars?|kron[ae]r?|bitcoins?", loose=rf"(?:(?<=\d)|(?<=\d ))(?:rub|kr|zł){_END}"),
)  # fmt: skip
_TABLE = (*(currency.marks for currency in _ALL), *_OTHERS)
CODE = f"(?:{'|'.join(marks.codes for marks in _TABLE if marks.codes)})"
"""of any currency; before or behind a number, with no letter beside it"""
_WORDS = dict.fromkeys(words for marks in _TABLE for words in (marks.english, marks.cents) if words)
ENGLISH = _latin("|".join((rf"(?:(?:{'|'.join(_DOLLARS)}) )?dollars?", *_WORDS)))
CHINESE = _any(*(words for marks in _TABLE for words in (marks.chinese, marks.slang)))
"""behind a number these mean nothing but money"""
BEFORE = _any(*(marks.before for marks in _TABLE))
BEHIND = _any(*(marks.behind for marks in _TABLE))
"""every mark of money that stands before a number, and behind one"""
_WEIGHED = re.compile(
    r"((?:\bweigh(?:s|t|ed|ing)?\b|重量?|\bnet\b)[^,.;!?，。！？\d]{0,16}(?:\d[\d.]*|\b[a-z]+)[\s-]*)pounds?(?![a-z])"
    r"|((?:\d[\d.]*|\b[a-z]+)[\s-]*)pounds?(?=\s+(?:of|lighter|heavier|in\s+weight|bags?|packs?|tins?|jars?)\b)",
    re.I,
)


def foreign(own: Currency) -> tuple[str, str]:
    """Every mark of other money than ``own``, before a number and behind one."""
    others = [marks for marks in _TABLE if marks is not own.marks]
    return _any(*(marks.before for marks in others)), _any(*(marks.behind for marks in others))


def weights(text: str) -> str:
    """A text in which pounds that are a weight are written lb: it weighs 2 lb."""
    return _WEIGHED.sub(lambda match: f"{match[1] or match[2]}lb", text)
