"""Reads the sums of a text that are said of a product: its price, what it was, what is saved.

For words that a human answers for: a bare number is a price only beside a product's name or a word of price, and fees, gifts,
terms and what others ask are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from anchor.guard import sum_words as w
from persona import price_words
from persona.amounts import Amount, amounts, number, plain
from persona.model import Product

Place = tuple[int, int, Product]
"""where a product is named: start, end, product"""
Role = Literal["price", "was", "from", "saved"]
Bound = Literal["", "under", "more", "about", "lowest"]
_NAME = re.compile(w.NAME)
_MOST = 10**6
_TWO_DIGITS = re.compile(r"\d+\.\d\d")


@dataclass(frozen=True, slots=True)
class Mention:
    """A product's name in a folded text."""

    at: int
    product: Product


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount that is said of a product, and where it stands in the folded text."""

    value: Decimal
    start: int
    end: int
    role: Role
    bound: Bound
    bare: bool
    """only a name beside makes it a sum: it may be a number of the product's"""


def folded(text: str, places: Sequence[Place]) -> tuple[str, list[Mention]]:
    """A text with each name as one mark, so that its letters mean nothing, and in the plainest form; and the names in it."""
    text = _NAME.sub(" ", text)
    places = sorted(places, key=lambda place: place[0])
    for i, (start, end, _) in reversed(list(enumerate(places))):
        plural = re.match(r"e?s(?![a-z])", text[end:]) if text[end - 1 : end].isascii() else None
        text = text[:start] + chr(0xE100 + i) + text[end + (plural.end() if plural else 0) :]
    text = plain(text).replace("**", "")
    return text, [Mention(match.start(), places[ord(match[0]) - 0xE100][2]) for match in _NAME.finditer(text)]


def sums(text: str, glue: re.Pattern[str] | None = None) -> Iterator[Sum]:
    """The sums that a folded text states of products, in its order. ``glue``: words of variants, which may stand between a name and
    its price."""
    numbers, past = [], 0
    for amount in amounts(text):
        if amount.start >= past:
            value, past = _whole(text, amount)
            numbers.append((amount, value, past))
    paid: Sum | None = None
    for i, (amount, value, end) in enumerate(numbers):
        if paid is not None:  # 一百块找一块 says that it costs 99
            yield Sum(paid.value - value, paid.start, end, "price", "", False)
            paid = None
            continue
        stated = _read(text, amount, value, end, glue)
        if i + 1 < len(numbers) and w.CHANGE.match(text[end : numbers[i + 1][0].start]):
            paid = stated
        elif stated is not None:
            yield stated


def _whole(text: str, amount: Amount) -> tuple[Decimal, int]:
    """An amount with its tenths or cents, and where it ends: 9块9, fourteen dollars and seventy-five cents."""
    behind = text[amount.end :]
    if behind.startswith("一块") and amount.written.endswith(("十", "百")):  # 五十一块 is no 五十 for a piece
        return number(amount.written + "一") or amount.value, amount.end + 1
    if match := w.TENTHS.match(behind):
        tenths = number(match["tenths"])
        return amount.value + (tenths or Decimal(0)) / 10, amount.end + match.end()
    if match := w.CENTS.match(behind):
        cents = next(amounts(behind[match.end() :]), None)
        if cents is not None and cents.value < 100:
            return amount.value + cents.value / 100, amount.end + match.end() + cents.end
    return amount.value, amount.end


def clause_before(text: str, at: int) -> str:
    """The words of the same clause before a place."""
    return re.split(rf"[{w.STOP}](?!\d)", text[:at])[-1]


def clause_behind(text: str, at: int) -> str:
    return re.split(rf"[{w.STOP}](?!\d)", text[at:], maxsplit=1)[0]


def sentence_of(text: str, at: int) -> tuple[int, int]:
    """Where the sentence around a place begins and ends."""
    start = max((match.end() for match in re.finditer(r"[!?。…]|\.(?!\d)", text[:at])), default=0)
    stop = re.search(r"[!?。…]|\.(?!\d)", text[at:])
    return start, at + stop.start() if stop else len(text)


def beside_name(text: str, at: int, glue: re.Pattern[str] | None) -> bool:
    """Whether only words that change nothing stand between a name and a place behind it."""
    names = list(_NAME.finditer(text[:at]))
    if not names or at - names[-1].end() > 24:
        return False
    between = text[names[-1].end() : at]
    if glue is not None:
        between = re.sub("[从由到至、]?\ue001", "", glue.sub("\ue001", between))  # 从M到XL
    return not w.GLUE.sub("", between)


def _read(text: str, amount: Amount, value: Decimal, end: int, glue: re.Pattern[str] | None) -> Sum | None:
    """The sum that an amount is; None where it is none, or none of a product."""
    before, behind = w.MARK_BEFORE.sub("", text[: amount.start]), text[end:]
    counted = w.PER_PIECE.search(before) is not None or w.FOR_PIECES.match(behind) is not None
    beside = beside_name(text, len(before), glue) or counted
    priced = w.PRICED.search(before) is not None
    attached = w.ATTACHED.match(behind) is not None
    marked = end != amount.end or _marked(text, amount, beside or priced or attached)
    if attached and not marked and re.search(r"[a-z]\s*$", before) and re.match(rf"\s*{w.NAME}", behind):
        return None  # we have 200 kettles
    if not marked and _other(text, amount, behind, beside):
        return None
    saved = _saved(before, behind) and (
        before.endswith("了")
        or w.COMPARED_WITH.search(clause_before(before, len(before))) is not None
        or _NAME.search(text) is not None
    )
    if not marked and not (priced or saved or beside or attached) and not _offered(text, amount, before, behind):
        return None
    if not marked and value < 10 and value == value.to_integral_value() and not priced:
        return None
    if _excused(text, amount.start, end, beside, attached, saved):
        return None
    if marked and not (priced or beside or attached or saved) and _else(text, amount.start, behind):
        return None
    role: Role = "saved" if saved else _role(before, behind)
    bare = not marked and not priced and not w.BUY.match(behind)
    return Sum(value, amount.start, end, role, _bound(before, behind), bare)


def _marked(text: str, amount: Amount, asked: bool) -> bool:
    """Whether a word of money stands beside a number, and it is none of pieces. ``asked``: a word of price or a name is beside."""
    before, behind = text[: amount.start], text[amount.end :]
    if w.MARK_BEFORE.search(before):
        return True
    if not (match := w.MARK.match(behind)):
        return (asked and w.METRES.match(behind) is not None) or w.METRES_EACH.match(behind) is not None
    mark, alone = match[0].strip(), len(amount.written) == 1 and not amount.written.isdecimal()
    if mark == "元" and alone:
        return w.YUAN_ALONE.match(behind) is not None
    if mark == "块":
        if amount.written == "一":  # 切一块, 一块聊聊, 这一块
            end = not clause_behind(text, amount.end + 1).strip()
            return end and (w.PRICED.search(before) is not None or _NAME.search(before[-1:]) is not None)
        small = alone or (amount.written.isdecimal() and amount.value < 10)
        few = small or not asked  # 12块巧克力
        return not w.GIVEN.search(before) and (not few or w.FEW.match(behind) is not None)
    return True


def _other(text: str, amount: Amount, behind: str, beside: bool) -> bool:
    """Whether a number without a word of money is a time, a count, a measure, or part of another number."""
    before, written = text[: amount.start], amount.written
    spelled = amount.kind != "digits"
    if ("点" in written and not spelled) or (spelled and len(written) < 2) or amount.value >= _MOST:
        return True
    if before.endswith(("第", "百分之", "版本", "号码")) or w.COUNTING.search(before):
        return True
    if price_words.MEASURED.search(before) and not _NAME.search(before[-1:]):
        return True
    if price_words.RATIO.match(behind) or price_words.RATIO_BEFORE.search(before):
        return True
    if price_words.LETTERS.search(before) or re.search(r"[\d十百][:点、\-~–]\s*$|[\d十百]到$", before):
        return not w.CUT_TO.search(before)
    if re.match(r"\s*(?:[-~–—、+]|到|至|to)\s*[\d一二三四五六七八九十]", behind):
        return not w.SAVED.search(before)  # 直降60到99 is no range
    if re.match(r"秒(?:$|[^钟针])", behind) and _NAME.search(before[-1:]):
        return False  # 手冲壶79秒: be quick
    if re.match(r"\s+in\s+(?:total|all)\b", behind):
        return False
    if price_words.UNIT.match(behind):
        return True
    word = re.match(r"\s*[-]?[a-z]", behind)
    return bool(word) and not w.ENGLISH_BUY.match(behind) and not (beside and _TWO_DIGITS.fullmatch(written))


def _offered(text: str, amount: Amount, before: str, behind: str) -> bool:
    """Whether what stands around a bare number asks for it, though no name and no word of price is beside it."""
    fraction = amount.value != amount.value.to_integral_value()
    if amount.kind == "digits" and _TWO_DIGITS.fullmatch(amount.written) and w.ENGLISH_BUY.match(behind):
        return re.search(r"[a-z]\s*$", before) is not None and not re.search(
            r"(?:rating|rated|score|version|bluetooth|usb)\w*\s*$", before
        )
    if amount.value < 10 and not fraction:
        return False
    if _NAME.search(clause_before(before, len(before))) and w.NOW.search(before):
        return True  # 手冲壶159现在99
    clause = clause_before(text, amount.start)
    if w.TIME.search(clause) and not w.GLUE.sub("", clause) and re.match(rf"\s*(?:$|[{w.STOP}])", behind):
        return True  # 今天就是一百五十九
    if w.OFFERED.search(before) and w.ENGLISH_BUY.match(behind):
        return not re.search(r"\bat\s*$", before) and (fraction or 10 <= amount.value < 1900)
    if fraction and amount.kind == "digits" and not w.GLUE.sub("", clause):
        return price_words.FOLLOWS.match(behind) is not None  # 就29.9!
    counts = price_words.COUNTS.fullmatch(amount.written) is not None
    return not counts and w.BUY.match(behind) is not None


def _saved(before: str, behind: str) -> bool:
    match = w.SAVED.search(before)
    return bool(match and not w.RESULT.search(match["gap"])) or w.SAVED_BEHIND.match(behind) is not None


def _excused(text: str, start: int, end: int, beside: bool, attached: bool, saved: bool) -> bool:
    """Whether a sum is a fee, a gift, a term, is denied, or is asked by others."""
    before, behind = text[:start], text[end:]
    clause = clause_before(text, start)
    if not w.CUT_TO.search(clause):
        clause = w.RANGE_BEFORE.sub("", clause)
    if w.NEGATED.search(before) or w.DIFFERENCE.search(before) or w.PER_USE.search(before):
        return True
    if (others := list(w.OTHERS.finditer(clause))) and not re.search(r"\d", between := clause[others[-1].end() :]):
        return not w.OWN.search(between)
    if saved:
        return w.TERM.search(clause) is not None
    if w.POSTAGE.search(clause):
        return True
    if (match := w.SPENT.match(behind)) and not (match[0].endswith("以上") and beside):
        return True
    if w.FEE.search(clause) and not attached:
        return True
    match = w.GIFT.search(clause)
    if match is None or attached or w.RESULT.search(match["gap"]) or (beside and match[0].isascii()):
        return False
    # 用完券, 抵完红包: what is left when they are spent
    return not re.search(r"[完后]$", clause[: match.start()]) and not w.PRICED.search(clause)


def _else(text: str, start: int, behind: str) -> bool:
    """Whether a sum of money belongs to something that is no product: its noun stands before it, and no product is named."""
    begin, stop = sentence_of(text, start)
    if _NAME.search(text[begin:stop]):
        return False
    before = w.MARK_BEFORE.sub("", clause_before(text, start).rsplit(":", 1)[-1])
    if not before.strip() and w.GIFT.search(text[begin:start].rstrip(w.STOP)):
        return True  # 谢谢大哥的火箭，500块呢
    noun = w.GLUE.sub("", before) if not w.SAID_OF.search(before) else ""
    return bool(noun) or bool(re.match(r"\s*(?:元|块钱?)?\s*的", behind))


def _role(before: str, behind: str) -> Role:
    if w.WAS.search(before) or w.IS_WAS.match(behind):
        return "was"
    return "from" if w.FROM.search(before) else "price"


def _bound(before: str, behind: str) -> Bound:
    if w.UNDER.search(before) or w.UNDER_BEHIND.match(behind):
        return "under"
    if w.MORE_BEHIND.match(behind):
        return "more"
    if w.ABOUT.search(before) or w.ABOUT_BEHIND.match(behind):
        return "about"
    if w.LOWEST.match(behind) or w.LOWEST_BEFORE.search(before):
        return "lowest"
    return ""
