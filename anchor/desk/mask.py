"""What of a viewer's name and words may be shown to all: no whole names, no numbers to call, no addresses."""

from __future__ import annotations

import re

_PRIVATE = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # addresses
    r"|(?:微信|威信|薇信|v\s*x|wx|weixin|qq|扣扣|电话|手机|tel)\s*[号:：是]*\s*[\w-]{4,}"  # accounts
    r"|(?:\d[\s\-—·.]?){5,}[\dxX]?"  # telephone, identity and card numbers, however they are spaced
    r"|[零一二三四五六七八九幺〇]{6,}",
    re.I,
)


def name(viewer: str) -> str:
    """小李 as 小*, Benjamin as B***."""
    viewer = viewer.strip()
    return viewer[:1] + "*" * min(3, len(viewer) - 1) if len(viewer) > 1 else "*" * len(viewer)


def words(text: str) -> str:
    """The text with everything private as ***."""
    return _PRIVATE.sub("***", text)
