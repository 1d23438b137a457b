"""Turns speech chunks into the sound of every tick, and reports exactly what was heard.

Owned by the tick thread; nothing here blocks or locks. An empty programme is silence, which cannot fail.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from streams.air.pauses import pause
from streams.types import Card, Feeling, MediaFormat, Played, Score, Sound, SpeechChunk, Viseme

FADE_SECONDS = 0.04
HOLD_SECONDS = 0.6
"""how long a caption stays after its sentence"""
LOOK_BACK, LOOK_AHEAD = 0.3, 0.4
"""seconds of mouth shapes around a tick that its picture may depend on"""
MOOD_SECONDS = 0.5
"""seconds before and after a sentence in which its mood may show, and its sound be asked for"""
LOUD = 0.16
"""root mean square of speech that is as loud as it gets"""
SEARCHED_SECONDS = 20.0
"""of what is still to be said of a sentence: as far as a pause is looked for, so that no tick is late by it"""
COMPARED_SECONDS = 2.0
"""of what has just been said: part of the search, since what is quiet depends on how loud the voice is"""

Key = tuple[str, int]
"""cue and seq of a sentence"""


class Full(Exception):
    """More speech than anybody should have in store; the chunk was not taken."""


@dataclass(slots=True)
class _Item:
    chunk: SpeechChunk
    start: int
    """stream sample of its first sample"""
    cut: bool = False

    @property
    def end(self) -> int:
        return self.start + len(self.chunk.sound)

    @property
    def key(self) -> Key:
        return self.chunk.cue, self.chunk.seq

    @property
    def ends(self) -> bool:
        """Whether the sentence is over with it."""
        return self.cut or self.chunk.last


class Programme:
    """Plays chunks one after the other, to the sample. ``lead`` ticks pass before a chunk that finds the
    programme idle is heard, so that the face can be ahead of it.

    Holds at most ``limit_seconds`` of sound: beyond that :meth:`add` raises Full.
    """

    def __init__(self, media: MediaFormat, lead: int, limit_seconds: float = 180.0) -> None:
        self._media = media
        self.lead = lead
        self._limit = int(limit_seconds * media.rate)
        self._items: deque[_Item] = deque()
        self._end = 0
        self._played: dict[Key, int] = {}
        self._reports: list[Played] = []
        self._report_id = 0
        self._showing: tuple[str, Card | None] = ("", None)
        self._caption_until = 0
        self._over: deque[_Item] = deque()
        """heard, and still on the face"""

    def add(self, chunk: SpeechChunk, tick: int) -> tuple[int, int]:
        """Schedule a chunk; returns the stream samples of its start and end. Raises Full."""
        if self._end - tick * self._media.samples + len(chunk.sound) > self._limit:
            raise Full(f"more than {self._limit // self._media.rate} s of speech is waiting")
        start = max(self._end, (tick + self.lead + 1) * self._media.samples)
        self._items.append(_Item(chunk, start))
        self._end = start + len(chunk.sound)
        return start, self._end

    def pull(self, tick: int) -> Sound:
        """The speech of one tick, ``samples`` floats; silence where there is none."""
        first = tick * self._media.samples
        after = first + self._media.samples
        out = np.zeros(self._media.samples, np.float32)
        while self._items and self._items[0].start < after:
            item = self._items[0]
            if item.start >= first:
                self._begin(item)
            a, b = max(item.start, first), min(item.end, after)
            out[a - first : b - first] = item.chunk.sound[a - item.start : b - item.start]
            self._played[item.key] = self._played.get(item.key, 0) + b - a
            if item.end > after:
                break
            self._over.append(self._items.popleft())
            while self._over[0].end < first - MOOD_SECONDS * self._media.rate:
                self._over.popleft()
            self._caption_until = item.end + int(HOLD_SECONDS * self._media.rate)
            if item.chunk.last or item.cut:
                self._report(item.key, item.cut)
        return out

    def speaking(self, tick: int) -> bool:
        """Whether any of this tick is speech."""
        after = (tick + 1) * self._media.samples
        return bool(self._items) and self._items[0].start < after

    def cut(self, tick: int, key: Key | None = None) -> None:
        """Stop from ``tick`` on: what sounds fades within 40 ms, what waits is dropped, all of it is reported.
        With ``key`` only that sentence."""
        now = tick * self._media.samples
        fade = int(FADE_SECONDS * self._media.rate)
        kept: deque[_Item] = deque()
        unheard: list[Key] = []
        for items in self._sentences():
            if key not in (None, items[0].key):
                kept.extend(items)
                continue
            left = [item for item in items if item.start < now]
            for item in left:
                heard = max(0, now - item.start)
                kept.append(_faded(item, heard, heard + fade, self._media.rate))
            if not left:
                unheard.append(items[0].key)
        self._items = kept
        self._end = kept[-1].end if kept else now
        for begun in [k for k in self._played if key in (None, k) and not any(item.key == k for item in kept)]:
            self._report(begun, cut=True)
            if begun in unheard:
                unheard.remove(begun)  # only its late pieces are
        for other in unheard:
            self._reports.append(self._played_of(other, 0, cut=True))

    def yield_(
        self, tick: int, keys: Collection[Key], cuttable: Collection[Key], after: int
    ) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
        """Make room for an answer that cannot be here before stream sample ``after``; returns what is dropped and what is cut.

        From the last sentence backwards: one of ``keys`` that nobody has heard is dropped; one of ``cuttable`` that is heard
        ends at its next pause, and stays whole where it has none left. The first that is neither stays, and all before it.
        """
        samples = self._media.samples
        dropped: list[Key] = []
        while self._items and (key := self._items[-1].key) in keys and key not in self._played and self._whole:
            for _ in self._sentences()[-1]:
                self._items.pop()
            dropped.append(key)
        # the answer is placed as add() places it
        earliest = (max(tick, -(-after // samples)) + self.lead + 1) * samples
        cut: tuple[Key, ...] = ()
        if self._items and (key := self._items[-1].key) in cuttable and self._whole:
            cut = (key,) if self._end_at_pause(key, tick * samples, earliest) else ()
        self._end = self._items[-1].end if self._items else tick * samples
        for key in reversed(dropped):
            self._report(key, cut=True)
        return tuple(dropped), cut

    @property
    def _whole(self) -> bool:
        """Whether the last sentence is here to its end, and ends there."""
        return self._items[-1].chunk.last and not self._items[-1].cut

    def _sentences(self) -> list[list[_Item]]:
        """All that waits, by sentence. One that ends early may stand here once more, to be said again."""
        sentences: list[list[_Item]] = []
        for item in self._items:
            if sentences and sentences[-1][-1].key == item.key and not sentences[-1][-1].ends:
                sentences[-1].append(item)
            else:
                sentences.append([item])
        return sentences

    def _end_at_pause(self, key: Key, now: int, earliest: int) -> bool:
        """Cut the last sentence behind its first pause from ``earliest`` on; False if it has none, or is not being heard."""
        rate = self._media.rate
        sentences = self._sentences()
        if len(sentences) > 1 or key not in self._played:
            return False
        first = max(self._items[0].start, now - int(COMPARED_SECONDS * rate))
        sound = self._speech(first, min(self._items[-1].end, now + int(SEARCHED_SECONDS * rate)))
        place = pause(sound, rate, earliest - first)
        if place is None:
            return False
        end, fade = first + place, int(FADE_SECONDS * rate)
        while self._items[-1].start >= end:
            self._items.pop()
        last = self._items[-1]
        samples = min(len(last.chunk.sound), end - last.start)
        self._items[-1] = _faded(last, max(0, samples - fade), samples, rate)
        return True

    def close_open(self) -> None:
        """Nobody will bring the rest of a sentence that has begun: what there is of it is played and reported as cut."""
        if self._items:
            last = self._items[-1]
            last.cut = last.cut or not last.chunk.last
        waiting = {item.key for item in self._items}
        for key in [k for k in self._played if k not in waiting]:
            self._report(key, cut=True)

    def skip(self, ticks: int) -> None:
        """The clock jumped: speech goes on where it was, later."""
        samples = ticks * self._media.samples
        for item in (*self._over, *self._items):
            item.start += samples
        self._end += samples
        self._caption_until += samples

    def score(self, tick: int, before: float = 0.0, after: float = 0.0) -> Score:
        """What a tick's picture depends on: the speech around it, in seconds relative to its middle; its sound too where
        any is asked for."""
        rate = self._media.rate
        middle = (tick + 0.5) * self._media.samples / rate
        visemes: list[Viseme] = []
        moods: list[Feeling] = []
        for item in (*self._over, *self._items):
            offset = item.start / rate - middle
            if offset > max(LOOK_AHEAD, MOOD_SECONDS):
                break
            end = item.end / rate - middle
            if end > -MOOD_SECONDS:
                moods.append(Feeling(item.chunk.mood, offset, end))
            for viseme in item.chunk.visemes if end > -LOOK_BACK else ():
                start, stop = viseme.start + offset, viseme.end + offset
                if start < LOOK_AHEAD and stop > -LOOK_BACK:
                    visemes.append(Viseme(viseme.shape, start, stop, viseme.weight))
        sound = None
        if before or after:
            start = round((middle - before) * rate)
            sound = self._speech(start, start + round((before + after) * rate))
        return Score(tick, middle, tuple(visemes), _joined(moods), self._energy(tick), sound)

    def _energy(self, tick: int) -> float:
        """How loud the speech is from two ticks before to two ticks after, 0 to 1."""
        samples = self._media.samples
        near = self._speech((tick - 2) * samples, (tick + 3) * samples)
        return min(1.0, float(np.sqrt(np.dot(near, near) / len(near))) / LOUD)

    def _speech(self, first: int, after: int) -> Sound:
        """The speech of these stream samples, as far as it is known; silence around it."""
        out = np.zeros(after - first, np.float32)
        for item in (*self._over, *self._items):
            if item.start >= after:
                break
            piece = item.chunk.sound[max(0, first - item.start) : max(0, after - item.start)]
            place = max(0, item.start - first)
            out[place : place + len(piece)] += piece
        return out

    def showing(self, tick: int) -> tuple[str, Card | None]:
        """Caption and product card of this tick."""
        if not self.speaking(tick) and tick * self._media.samples >= self._caption_until:
            return "", self._showing[1]
        return self._showing

    @property
    def end(self) -> int:
        """Stream sample at which the last scheduled speech ends."""
        return self._end

    def waiting(self) -> list[Key]:
        """The sentences not yet heard to their end, in their order; one that is said again behind its cut beginning, twice."""
        return [items[0].key for items in self._sentences()]

    def take_reports(self) -> list[Played]:
        """What was heard since the last call."""
        reports, self._reports = self._reports, []
        return reports

    def _begin(self, item: _Item) -> None:
        for key in [k for k in self._played if k != item.key]:
            self._report(key, cut=True)  # the sentence before never got its last chunk
        if item.chunk.text or item.key not in self._played:
            self._showing = (item.chunk.text, item.chunk.card)
        self._played.setdefault(item.key, 0)

    def _report(self, key: Key, cut: bool) -> None:
        self._reports.append(self._played_of(key, self._played.pop(key, 0), cut))

    def _played_of(self, key: Key, samples: int, cut: bool) -> Played:
        self._report_id += 1
        return Played(self._report_id, key[0], key[1], round(samples / self._media.rate, 6), cut)


def _faded(item: _Item, heard: int, end: int, rate: int) -> _Item:
    """An item that is cut after ``end`` samples, and fades out from sample ``heard`` on."""
    sound = item.chunk.sound[:end].copy()
    tail = sound[heard:]
    tail *= np.linspace(1, 0, len(tail), dtype=np.float32)
    seconds = len(sound) / rate
    visemes = tuple(replace(v, end=min(v.end, seconds)) for v in item.chunk.visemes if v.start < seconds)
    return _Item(replace(item.chunk, sound=sound, visemes=visemes), item.start, cut=True)


def _joined(moods: list[Feeling]) -> tuple[Feeling, ...]:
    """Pieces of sentences in the same mood as one."""
    feelings: list[Feeling] = []
    for feeling in moods:
        if feelings and feelings[-1].mood == feeling.mood and feeling.start - feelings[-1].end < MOOD_SECONDS:
            feelings[-1] = Feeling(feeling.mood, feelings[-1].start, feeling.end)
        else:
            feelings.append(feeling)
    return tuple(feelings)
