"""Written numbers to spoken words, so that a price is said right: pure functions on one sentence.

Currency and thousands come first, then percentages, dates, times, ranges and units, then what is left.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from persona.numerals import WRITTEN

_UNITS = {
    "kg": "公斤", "KG": "公斤", "Kg": "公斤", "g": "克", "mg": "毫克", "ml": "毫升", "mL": "毫升", "ML": "毫升", "l": "升",
    "L": "升", "km": "公里", "cm": "厘米", "CM": "厘米", "mm": "毫米", "MM": "毫米", "m": "米", "w": "瓦", "W": "瓦",
    "kw": "千瓦", "kW": "千瓦", "KW": "千瓦", "v": "伏", "V": "伏", "mAh": "毫安时", "mah": "毫安时", "MAH": "毫安时",
    "GB": "G", "TB": "T", "MB": "兆", "Hz": "赫兹", "HZ": "赫兹", "min": "分钟",
}  # fmt: skip
"""exactly as written: 64G is no weight, and iPhone 5s no time"""
_UNIT = "|".join(sorted((re.escape(u) for u in _UNITS), key=len, reverse=True))
_NUMBER = r"\d+(?:\.\d+)?"
_TWO = "个件只条双张本台款把块位人次杯盒包袋瓶套份种样年天周折"
"""measure words before which 2 is 两"""
_PUNCTUATION = str.maketrans({
    "，": ", ", "。": ". ", "！": "! ", "？": "? ", "；": "; ", "：": ": ", "、": ", ", "…": ", ", "～": ", ", "~": ", ",
    "“": " ", "”": " ", "‘": " ", "’": "'", "《": " ", "》": " ", "【": " ", "】": " ", "「": " ", "」": " ",
    "（": ", ", "）": ", ", "(": ", ", ")": ", ", "·": " ", "—": ", ", "|": ", ", "*": " ", "#": " ", "_": " ",
    "<": " ", ">": " ",
})  # fmt: skip


def integer(digits: str) -> str:
    """``10500`` as 一万零五百; digits only, at most sixteen of them."""
    digits = digits.lstrip("0") or "0"
    if len(digits) > 16:
        return spell(digits)
    if digits == "0":
        return WRITTEN[0]
    groups = []
    while digits:
        digits, group = digits[:-4], digits[-4:]
        groups.append(group)
    words, skipped = "", False
    for place in reversed(range(len(groups))):
        group = groups[place]
        if not int(group):
            skipped = bool(words)
            continue
        if words and (skipped or group[0] == "0"):
            words += WRITTEN[0]
        words += _thousands(group) + ("", "万", "亿", "万亿")[place]
        skipped = False
    return words[1:] if words.startswith("一十") else words


def _thousands(group: str) -> str:
    words, zero = "", False
    for digit, unit in zip(group, ("千", "百", "十", "")[4 - len(group) :], strict=True):
        if digit == "0":
            zero = bool(words)
            continue
        words += (WRITTEN[0] if zero else "") + WRITTEN[int(digit)] + unit
        zero = False
    return words


def spell(digits: str) -> str:
    """Digit by digit."""
    return "".join(WRITTEN[int(d)] if d.isdigit() else "点" for d in digits)


def number(text: str) -> str:
    """``5999.9`` as 五千九百九十九点九."""
    whole, _, part = text.partition(".")
    return integer(whole) + ("点" + spell(part) if part else "")


def money(text: str) -> str:
    """An amount of yuan; ``99.00`` is 九十九元, since nobody says the zeros."""
    amount = format(Decimal(text).normalize(), "f")
    return ("两" if amount == "2" else number(amount)) + "元"


def chinese(text: str) -> str:
    """A sentence with every number in Chinese words and plain ASCII punctuation, ready for a Chinese voice."""
    text = _folded(text)
    for pattern, say in _RULES:
        text = pattern.sub(say, text)
    return _spaced(text)


def _folded(text: str) -> str:
    """One width of every character, and thousands without their commas.

    Only ASCII commas in groups of three are thousands, and that is decided before the widths are folded: in
    型号520，188元 the Chinese comma parts two numbers.
    """
    text = re.sub(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])", lambda m: m[0].replace(",", ""), text)
    text = re.sub(r"[℃]|°C", "摄氏度", re.sub(r"㎡|m²", "平方米", text))
    return unicodedata.normalize("NFKC", text.replace("，", "\uff0c ")).replace("￥", "¥")


def english(text: str) -> str:
    """A sentence for an English voice: yuan and units in words; the voice reads plain numbers itself."""
    text = _folded(text)
    text = re.sub(rf"[¥]\s*({_NUMBER})(?:\s*元)?", lambda m: _plain(m[1]) + " yuan", text)
    text = re.sub(rf"({_NUMBER})\s*元", lambda m: _plain(m[1]) + " yuan", text)
    text = re.sub(rf"\$\s*({_NUMBER})", lambda m: _plain(m[1]) + " dollars", text)
    text = re.sub(rf"({_NUMBER})\s*%", r"\1 percent", text)
    text = re.sub(rf"({_NUMBER})\s*ml\b", r"\1 millilitres", text)
    text = re.sub(rf"({_NUMBER})\s*kg\b", r"\1 kilos", text)
    return _spaced(text)


def _spaced(text: str) -> str:
    """Punctuation as voices expect it: ASCII, with a space behind, or pauses vanish."""
    text = re.sub(r"([,.!?;:])(?=[^\s\d,.!?;:])", r"\1 ", text.translate(_PUNCTUATION))
    return re.sub(r"\s+", " ", text).strip()


def _plain(amount: str) -> str:
    return format(Decimal(amount).normalize(), "f")


def _count(text: str, after: str) -> str:
    """A number before a word: 2个 is 两个."""
    return "两" if text == "2" and after[:1] in _TWO else number(text)


def _clock(hours: str, minutes: str) -> str:
    if int(minutes) == 0:
        return integer(hours) + "点"
    return (
        integer(hours)
        + "点"
        + ("半" if minutes == "30" else ("零" if minutes[0] == "0" else "") + integer(minutes) + "分")
    )


def _discount(tenths: str) -> str:
    return spell(tenths.replace(".", "")) + "折"


_RULES = [
    (re.compile(rf"¥\s*({_NUMBER})\s*[-~]\s*¥?\s*({_NUMBER})(?:\s*(?:元|块钱|块))?"),
     lambda m: number(_plain(m[1])) + "到" + money(m[2])),
    (re.compile(rf"({_NUMBER})\s*(?:元|块)?\s*[-~]\s*({_NUMBER})\s*(元|块钱|块)"),
     lambda m: number(_plain(m[1])) + "到" + money(m[2])[:-1] + m[3]),
    (re.compile(r"(比例?[为是]?\s*)(\d+)\s*:\s*(\d+)"), lambda m: f"{m[1]}{integer(m[2])}比{integer(m[3])}"),
    (re.compile(rf"(-?)¥\s*({_NUMBER})\s*(?:元|块钱|块)?"), lambda m: ("负" if m[1] else "") + money(m[2])),
    (re.compile(rf"\$\s*({_NUMBER})"), lambda m: number(_plain(m[1])) + "美元"),
    (re.compile(rf"({_NUMBER})\s*(元|块钱|块)"), lambda m: money(m[1])[:-1] + m[2]),
    (re.compile(rf"(\d+)\s*[-~到至]\s*({_NUMBER})\s*%"), lambda m: f"百分之{number(m[1])}到百分之{number(m[2])}"),
    (re.compile(rf"({_NUMBER})\s*%"), lambda m: "百分之" + number(m[1])),
    (re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\s*年)"), lambda m: spell(m[1])),
    (re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})(?!\d)"),
     lambda m: f"{spell(m[1])}年{integer(m[2])}月{integer(m[3])}日"),
    (re.compile(r"(?<!\d)([01]?\d|2[0-4]):([0-5]\d)(?!\d)"), lambda m: _clock(m[1], m[2])),
    (re.compile(r"(\d+(?:\.\d)?)\s*折"), lambda m: _discount(m[1])),
    (re.compile(rf"({_NUMBER})\s*[-~]\s*({_NUMBER})(?=\s*[^\d\s.-])"), lambda m: f"{number(m[1])}到{number(m[2])}"),
    (re.compile(rf"({_NUMBER})\s*[x×*]\s*({_NUMBER})"), lambda m: f"{number(m[1])}乘{number(m[2])}"),
    (re.compile(rf"(?<![A-Za-z\d])-({_NUMBER})\s*(摄氏度|度)"), lambda m: "零下" + number(m[1]) + m[2]),
    (re.compile(rf"(?<![A-Za-z])({_NUMBER})\s*({_UNIT})(?![A-Za-z])"),
     lambda m: ("两" if m[1] == "2" else number(m[1])) + _UNITS[m[2]]),
    (re.compile(r"(?<!\d)(\d{3})(?=\s*不锈钢)"), lambda m: spell(m[1])),
    (re.compile(r"(?<![\d.])(1[3-9]\d{9}|\d{7,}|0\d+)(?![\d.])"), lambda m: spell(m[1]).replace("一", "幺")),
    (re.compile(rf"(?<![A-Za-z\d])-({_NUMBER})"), lambda m: "负" + number(m[1])),
    (re.compile(rf"(第\s*|)({_NUMBER})(\s*)(?=(\S?))"),
     lambda m: m[1] + (number(m[2]) if m[1] else _count(m[2], m[4])) + m[3]),
]  # fmt: skip
"""in the order in which they apply"""
