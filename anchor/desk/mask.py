"""What of a viewer's name and words may be shown to all: no whole names, no numbers to call, no addresses.

It errs on the side of hiding; that something clever gets through cannot be ruled out, so the ticker is off by default.
"""

from __future__ import annotations

import re
import unicodedata

_DIGIT = r"[\d零〇一二三四五六七八九十两幺壹贰叁肆伍陆柒捌玖]"
_BETWEEN = r"[\s\-—–_.,，。、·/\\()*#+|~:]{0,3}"
_DOMAINS = "com|cn|net|org|me|io|cc|tv|top|xyz|vip|shop|site|club|info|link|app|live|example"
_PRIVATE = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)*"
    rf"|(?<![\w.-])(?:[a-z0-9-]+\.)+(?:{_DOMAINS})(?![a-z0-9])(?:/\S*)?"
    # an account, by the word before it
    r"|(?:微信|威信|薇信|扣扣|企鹅|电话|手机|电报|(?<![a-z])(?:v\s*信|v\s*x|wx|weixin|wechat|whatsapp|telegram|qq|tel|phone))"
    r"[\s号码是为加:：=]{0,4}[a-z0-9][\w-]{3,}"
    # telephone, identity and card numbers, however they are written and spaced
    rf"|\(?\d{{6,}}x?|\(?(?:{_DIGIT}{_BETWEEN}){{6,}}{_DIGIT}[x)]?",
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


def _plain(char: str) -> str:
    """Its ASCII form where it has one, but for punctuation, which stays as it was set."""
    form = unicodedata.normalize("NFKC", char)
    return form if form.isascii() and (form.isalnum() or form in "@./_-()") else char
