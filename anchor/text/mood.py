"""The mood of a sentence, by its words: what the face shows while it is heard."""

from __future__ import annotations

import re

_SIGNS = {
    # the first that is found wins: whoever says sorry with an exclamation mark is still sorry
    "sorry": r"抱歉|对不起|不好意思|遗憾|可惜|卖完了|售罄|没有货|没货|\b(sorry|apolog|unfortunately|sold out|out of stock)",
    "thinking": r"让我(想|看|查)|我(想想|看看|查一下)|稍等|嗯…|\b(let me (see|think|check)|hmm|one moment)\b",
    "surprised": r"哇|天哪|竟然|居然|没想到|真的吗|\b(wow|really\?|amazing|incredible)",
    "happy": r"欢迎|谢谢|感谢|恭喜|太好了|开心|喜欢|放心|福利|惊喜|哈哈|好消息|[!！~～]"
    r"|\b(welcome|thanks?|thank you|great|love|happy|enjoy|congratulations)\b",
}
_FOUND = {mood: re.compile(pattern, re.IGNORECASE) for mood, pattern in _SIGNS.items()}


def mood_of(sentence: str) -> str:
    """One of streams.types.MOODS; calm when nothing speaks for another."""
    return next((mood for mood, pattern in _FOUND.items() if pattern.search(sentence)), "calm")
