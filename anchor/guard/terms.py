"""Checks incoming and outgoing text for terms that must not be said or shown, and gives the objections.

Terms are found by Aho-Corasick over folded text, so spaces, marks, width, emoji and traditional letters hide nothing, and over
its pinyin, for who writes zui低价 or 醉低价. That something clever gets through cannot be ruled out; a model's words are
held to the catalogue's numbers besides (:mod:`anchor.guard.figures`).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from ahocorasick_rs import AhoCorasick, MatchKind

from anchor.guard import privacy
from anchor.text.letters import Folded, fold, spelled, syllable

TERMS = Path(__file__).with_name("terms.yaml")
SPOKEN = ("forbidden", "absolute", "medical", "illness", "financial", "investment", "abuse", "contact")
"""what is never said"""
DROPPED = ("forbidden", "abuse", "advert", "elsewhere")
"""comments with it go unanswered"""
NAME_LIMIT = 8
_LATIN = re.compile(r"[A-Za-z#]")
_PAPERS = re.compile(
    r"(?:备案|注册|许可|批准|文号|标准|证书|条码|型号|货号|国妆|妆网|健字|卫食|网备|特进|特字|GB|ISBN|SC|CCC|3C)[㐀-鿿\w\s:：/()（）.\-]{0,40}|\d{1,2}[:：]\d{2}\s*[-~～—–到至]+\s*(?:次日|凌晨|晚上?)?\s*\d{1,2}[:：]\d{2}",
    re.I,
)
"""numbers of papers that goods have and times of day, which call nobody"""
_SPELLED = re.compile(r"(?<![A-Za-z])[A-Za-z](?:[.\-_* ][A-Za-z]){2,}(?![A-Za-z])")
"""l.o.w.e.s.t"""
_RUN = re.compile(r"[a-z]+|.", re.S)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found, where it stands in the text, and why it counts."""

    kind: str
    term: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.kind}: {self.term}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A viewer's words: masked, and what speaks against them."""

    text: str
    drop: str = ""
    """the kind of words for which they go unanswered"""
    injection: bool = False
    """they try to command the model behind"""


class Guard:
    """Knows the shipped terms, with an operator's own added and others allowed."""

    def __init__(self, forbidden: Sequence[str] = (), allowed: Sequence[str] = ()) -> None:
        own = [term for term in forbidden if fold(term).letters]
        self._kinds = {"forbidden": _Kind({}, own), **_shipped()}
        self._allowed = _Finder([fold(word).letters for word in allowed if fold(word).letters])

    def hits(self, text: str, kinds: Sequence[str] = SPOKEN) -> list[Hit]:
        """What of these kinds stands in a text, in its order."""
        folded = fold(text)
        sounds = _sounds(folded)
        allowed = list(self._allowed.spans(folded.letters))
        hits = []
        for name in kinds:
            if name in self._kinds:
                for start, end, term in self._kinds[name].find(text, folded, sounds):
                    if not any(a <= start and end <= b for a, b in allowed):
                        hits.append(Hit(name, term, *folded.span(start, end)))
        if "contact" in kinds:
            papers = [match.span() for match in _PAPERS.finditer(text)]
            hits += [
                Hit("contact", "***", start, end)
                for start, end in privacy.private(text)
                if not any(a <= start and end <= b for a, b in papers)
            ]
        return _joined_hits(text, hits)

    def read(self, text: str) -> Reading:
        """A viewer's comment."""
        hits = self.hits(text, (*DROPPED, "injection"))
        drop = next((hit.kind for kind in DROPPED for hit in hits if hit.kind == kind), "")
        return Reading(privacy.words(text), drop, any(hit.kind == "injection" for hit in hits))

    def name(self, viewer: str) -> str:
        """A viewer's name as it may be said, or nothing: no marks, no claims, no numbers to call."""
        name = "".join(c for c in viewer if c.isalnum() or c in " ·").strip()
        if not name or len(name) > NAME_LIMIT * (1 if re.search(r"[㐀-鿿]", name) else 2):
            return ""
        if self.hits(name, (*SPOKEN, *DROPPED, "injection")) or re.search(r"\d{3}|[零一二三四五六七八九]{4}", name):
            return ""
        return "" if re.search(r"官方|客服|主播|管理|房管|系统|平台|admin|official|system", name, re.I) else name

    def show(self, text: str) -> str:
        """Words of a viewer as all may see them; nothing at all when there is something against them."""
        return "" if self.hits(text, (*SPOKEN[:-1], *DROPPED)) else privacy.words(text)


class _Kind:
    """One kind of words: terms, expressions, and what makes them harmless."""

    def __init__(self, lists: dict[str, list[str]], own: Sequence[str] = ()) -> None:
        written = (*lists.get("terms", ()), *own)
        terms = [fold(term).letters for term in written]
        chinese = [term for term in terms if not term.isascii()]
        self._terms = _Finder(chinese)
        self._sounds = _Sounding(chinese)
        self._patterns = [re.compile(pattern) for pattern in lists.get("patterns", ())]
        latin = [
            rf"(?<![a-z0-9]){re.escape(word.strip())}(?![a-z0-9])" for word in written if fold(word).letters.isascii()
        ]
        self._english = [re.compile(pattern, re.I) for pattern in (*lists.get("english", ()), *latin)]
        self._pardons = [re.compile(pattern) for pattern in lists.get("except_patterns", ())]
        self._except = _Finder([fold(word).letters for word in lists.get("except", ())])

    def find(self, text: str, folded: Folded, sounds: _Sounds) -> Iterator[tuple[int, int, str]]:
        """(start, end, term) among the letters."""
        harmless = list(self._except.spans(folded.letters))
        harmless += [match.span() for pattern in self._pardons for match in pattern.finditer(folded.letters)]
        for start, end in self._found(text, folded, sounds):
            torn = folded.torn(start, end)
            if not torn and not any((a <= start and end <= b) or (a <= start < b) for a, b in harmless):
                yield start, end, folded.letters[start:end]

    def _found(self, text: str, folded: Folded, sounds: _Sounds) -> Iterator[tuple[int, int]]:
        yield from self._terms.spans(folded.letters)
        yield from self._sounds.spans(folded.letters, sounds)
        for pattern in self._patterns:
            yield from (match.span() for match in pattern.finditer(folded.letters))
        if self._english and _LATIN.search(text):
            at = {place: i for i, place in reversed(list(enumerate(folded.places)))}
            whole, places = _joined(text)
            for pattern in self._english:
                for match in pattern.finditer(whole):
                    inside = [at[i] for i in places[slice(*match.span())] if i in at]
                    if inside:
                        yield inside[0], inside[-1] + 1


@functools.cache
def _shipped() -> dict[str, _Kind]:
    lists = yaml.load(TERMS.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return {name: _Kind(terms) for name, terms in lists.items()}


def _joined_hits(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """Hits of one kind that overlap are one."""
    joined: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.kind, hit.start, -hit.end)):
        last = joined[-1] if joined else None
        if last is None or last.kind != hit.kind or hit.start >= last.end:
            joined.append(hit)
        elif hit.end > last.end:
            joined[-1] = Hit(hit.kind, text[last.start : hit.end], last.start, hit.end)
    return sorted(joined, key=lambda hit: (hit.start, hit.end))


def _joined(text: str) -> tuple[str, list[int]]:
    """A text with words that are spelled letter by letter as words, and the place of each of its characters before."""
    gone = {i for match in _SPELLED.finditer(text) for i in range(match.start() + 1, match.end(), 2)}
    kept = [i for i in range(len(text)) if i not in gone]
    return "".join(text[i] for i in kept), kept


class _Finder:
    """Where any of some words stand, overlapping ones too."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = list(dict.fromkeys(words))
        self._automaton = AhoCorasick(self._words, matchkind=MatchKind.Standard) if self._words else None

    def spans(self, letters: str) -> Iterator[tuple[int, int]]:
        if self._automaton is not None:
            for _, start, end in self._automaton.find_matches_as_indexes(letters, overlapping=True):
                yield start, end


@dataclass(frozen=True, slots=True)
class _Sounds:
    """Letters as pinyin between apostrophes: 'zui'di'jia'."""

    text: str
    starts: dict[int, int]
    """places of apostrophes to the letters behind them"""
    written: frozenset[int]
    """letters that are written in pinyin"""


def _sounds(folded: Folded) -> _Sounds:
    text, starts, written, at = "'", {0: 0}, set(), 0
    for match in _RUN.finditer(folded.letters):
        run = match[0]
        parts: Sequence[str] = (spelled(run) or (run,)) if run[0].isascii() and run[0].isalpha() else (syllable(run),)
        if len(parts) > 1 or (run.isascii() and run.isalpha() and spelled(run)):
            written |= set(range(at, at + len(run)))
        for part in parts:
            text += part + "'"
            at += len(part) if run.isascii() and run.isalpha() else 1
            starts[len(text) - 1] = at
    return _Sounds(text, starts, frozenset(written))


class _Sounding:
    """Terms by their sound. Latin letters must take part, or most of three or more Chinese ones be those of the term."""

    def __init__(self, terms: Sequence[str]) -> None:
        self._terms = {"'" + "'".join(map(syllable, term)) + "'": term for term in terms if len(term) > 1}
        self._finder = list(self._terms)
        self._automaton = AhoCorasick(self._finder, matchkind=MatchKind.Standard) if self._finder else None

    def spans(self, letters: str, sounds: _Sounds) -> Iterator[tuple[int, int]]:
        if self._automaton is None:
            return
        for which, a, b in self._automaton.find_matches_as_indexes(sounds.text, overlapping=True):
            start, end = sounds.starts[a], sounds.starts[b - 1]
            term = self._terms[self._finder[which]]
            if any(i in sounds.written for i in range(start, end)):
                yield start, end
            elif len(term) > 2 and len(term) == end - start:
                same = sum(x == y for x, y in zip(term, letters[start:end], strict=True))
                if len(term) // 2 < same < len(term):
                    yield start, end
