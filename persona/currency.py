"""Currencies: how an amount is said in Chinese and English, how it is printed, and by which marks it is known in a text."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


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
    marks: str
    """a regular expression of the signs and words that mean this currency in a text, whatever the case"""
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


_ALL = (
    Currency("CNY", "¥", "元", "yuan", "yuan", r"[¥￥]|(?<![美欧日港坡大])元|块(?!头|状)|圆(?=钱)|人民币|\b(?:rmb|cny|yuan|kuai)\b"),
    Currency("USD", "$", "美元", "dollar", "dollars", r"(?<![a-z])(?:us)?\$|美[元金刀]|刀(?=[，。！？!?,.\s]|乐|$)|\b(?:usd|dollars?|bucks?|cents?)\b"),
    Currency("EUR", "€", "欧元", "euro", "euros", r"€|欧元|\b(?:eur|euros?)\b"),
    Currency("GBP", "£", "英镑", "pound", "pounds", r"£|英?镑|\b(?:gbp|pounds?|quid|pence)\b"),
    Currency("JPY", "¥", "日元", "yen", "yen", r"[¥￥]|日[元圆币]|円|\b(?:jpy|yen)\b", 0),
    Currency("HKD", "HK$", "港元", "Hong Kong dollar", "Hong Kong dollars", r"(?:hk)?\$|港[元币纸圆]|蚊|\b(?:hkd|(?:hong kong )?dollars?)\b"),
    Currency("TWD", "NT$", "新台币", "Taiwan dollar", "Taiwan dollars", r"(?:nt)?\$|新?台[币幣元]|\b(?:twd|ntd|(?:taiwan )?dollars?)\b"),
    Currency("SGD", "S$", "新加坡元", "Singapore dollar", "Singapore dollars", r"(?:(?<![a-z])s)?\$|新币|新加坡[元币]|坡[元币]|\b(?:sgd|(?:singapore )?dollars?)\b"),
    Currency("MYR", "RM", "令吉", "ringgit", "ringgit", r"\brm(?=\s*\d)|马币|令吉|林吉特|\b(?:myr|ringgits?)\b"),
    Currency("THB", "฿", "泰铢", "baht", "baht", r"฿|泰?铢|\b(?:thb|baht)\b"),
    Currency("VND", "₫", "越南盾", "dong", "dong", r"₫|(?:越南)?盾|\b(?:vnd|dong)\b", 0),
    Currency("BRL", "R$", "雷亚尔", "real", "reais", r"r\$|雷亚尔|\b(?:brl|reais|real)\b"),
)  # fmt: skip
CURRENCIES = {currency.code: currency for currency in _ALL}
ANY_MARK = "|".join(f"(?:{currency.marks})" for currency in _ALL)
"""a regular expression of every mark of money"""
