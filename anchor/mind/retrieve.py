"""Texts ranked by how well they fit a question: BM25 over single characters and pairs, English by words."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Sequence

K1, B = 1.2, 0.4
CACHED = 1024
_SMALL = re.compile(
    r"[吗呢呀啊吧哦嘛么的了呗哈啦哟喽嘞]|请问|主播|老板|小姐姐|姐姐|姐妹|亲们?|宝宝们|你们?家?|我们?|咱们?|这个|那个|这款|那款|这件|这种|这|那"
    r"|可以|可不可以|能不能|会不会|是不是|有没有|能|会|是|有|没|不|要|想|给|就|都|也|还|再|和|跟|在|吗|怎么办|怎么|什么|多少|哪里|哪个|哪|几"
    r"|\b(?:the|a|an|is|are|do|does|it|this|that|i|you|can|what|how|for|of|to|in|on|and|have|has|any|there|please|pls|much|many|my|me|your|with|be|will|would|could|should|like|get|or|if|at|from|by|we|no|not|so|when|which|who|don|t|s|m|re|ll)\b|[\W_]"
)


@functools.lru_cache(CACHED)
def grams(text: str) -> Counter[str]:
    """What a text is compared by: Chinese characters and pairs of them, whole words of Latin letters and digits."""
    counts: Counter[str] = Counter()
    for run in re.findall(r"[a-z0-9]+|[㐀-鿿]+", text):
        if run[0].isascii():
            counts[run.rstrip("s") if len(run) > 3 else run] += 2
        else:
            counts.update(run)
            counts.update(run[i : i + 2] for i in range(len(run) - 1))
    return counts


@functools.lru_cache(CACHED)
def bare(text: str) -> str:
    """A text without small words, which every question has."""
    return " ".join(_SMALL.sub(" ", text).split())


class Index:
    """Some texts, ready to be asked which of them fits."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [grams(text) for text in texts]
        self._mean = sum(sum(t.values()) for t in self._texts) / max(1, len(self._texts))
        seen = Counter(gram for text in self._texts for gram in text)
        count = len(self._texts)
        self._idf = {gram: math.log(1 + (count - n + 0.5) / (n + 0.5)) for gram, n in seen.items()}
        self._rare = math.log(1 + (count + 0.5) / 0.5)

    def rare(self, question: str) -> frozenset[int]:
        """The texts that alone hold some pair of characters, or word, of a question."""
        asked = [gram for gram in grams(question) if len(gram) > 1]
        where = [[i for i, text in enumerate(self._texts) if gram in text] for gram in asked]
        return frozenset(places[0] for places in where if len(places) == 1)

    def held(self, asked: str, text: str) -> float:
        """Which share of one text's weight another one holds."""
        mine, other = grams(asked), grams(text)
        whole = sum(self._idf.get(gram, self._rare) for gram in mine)
        return sum(self._idf.get(gram, self._rare) for gram in mine if gram in other) / whole if whole else 0.0

    def scores(self, question: str) -> list[tuple[float, float]]:
        """For each text its BM25 score, and which share of the question's weight it holds."""
        asked = grams(question)
        whole = sum(self._idf.get(gram, self._rare) for gram in asked)
        scores = []
        for text in self._texts:
            length = 1 - B + B * sum(text.values()) / self._mean
            shared = [gram for gram in asked if gram in text]
            score = sum(self._idf[g] * text[g] * (K1 + 1) / (text[g] + K1 * length) for g in shared)
            scores.append((score, sum(self._idf[g] for g in shared) / whole if whole else 0.0))
        return scores
