"""The built-in voice: espeak-ng by ctypes, with the exact time of every phoneme. Runs in a worker only (GPL-3).

Chinese goes in as pinyin, since the operator's lexicon and pypinyin know more readings than espeak; English words
inside it are spoken by an English voice of the same kind.
"""

from __future__ import annotations

import ctypes
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from xml.sax.saxutils import escape

from anchor.ports import VoiceContext
from anchor.voice import spoken
from anchor.voice.visemes import timed
from persona.similar import hint
from persona.values import Part, at_most
from streams.wire import Speech

# speak_lib.h of espeak-ng 1.52
_SYNCHRONOUS, _PHONEME_EVENTS, _DONT_EXIT = 2, 1, 0x8000
_EVENT_END, _EVENT_PHONEME = 0, 7
_UTF8, _SSML, _ENDPAUSE = 1, 0x10, 0x1000
_RATE, _RANGE = 1, 4
WORDS_PER_MINUTE = 185
LIMIT = 2000
"""characters in one sentence"""

_HANZI = re.compile(r"[㐀-鿿豈-﫿]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9'’&+.-]*(?:\s+[A-Za-z][A-Za-z0-9'’&+.-]*)*")
_READING = re.compile(r"^[a-zü]+[1-5]?( [a-zü]+[1-5]?)*$")


class EspeakConfig(Part):
    """`engine: espeak`, the built-in voice"""

    speaker: Annotated[str, at_most(40)] = ""
    """such as cmn+f3"""


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@functools.cache
def _library() -> tuple[Any, int]:
    """The library and its samples per second. Raises OSError without it.

    Once in a process: a second espeak_Initialize frees the phonemes that its own tables go on pointing at.
    """
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Synth.argtypes = [
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
        ctypes.c_void_p, ctypes.c_void_p,
    ]  # fmt: skip
    data = str(espeakng_loader.get_data_path()).encode()
    rate: int = library.espeak_Initialize(_SYNCHRONOUS, 60, data, _PHONEME_EVENTS | _DONT_EXIT)
    if rate <= 0:
        raise OSError("espeak-ng does not start")
    return library, rate


class Espeak:
    """voice/espeak. The library's state is global: however many of these a process has, one thread uses them."""

    Config = EspeakConfig

    @classmethod
    def make(cls, config: EspeakConfig, context: VoiceContext) -> Espeak:
        return cls(context.language, config.speaker, context.rate, context.lexicon)

    def __init__(
        self, language: str = "zh-CN", speaker: str = "", rate: float = 1.0, lexicon: dict[str, str] | None = None
    ) -> None:
        """``speaker`` is an espeak voice such as cmn+f3. Raises OSError without the library, ValueError for a
        voice that it does not have."""
        import espeakng_loader

        self._lib, self.rate = _library()
        self._chinese = language.lower().startswith("zh")
        base, _, variant = (speaker or ("cmn+f3" if self._chinese else "en-us+f3")).partition("+")
        if self._chinese and base not in ("cmn", "zh", "cmn-latn-pinyin"):
            raise ValueError(f"speaker {speaker!r}: for Chinese write cmn+VARIANT, such as cmn+f3")
        if self._chinese:
            base = "cmn-latn-pinyin"
        variants = [v.name for v in (Path(espeakng_loader.get_data_path()) / "voices" / "!v").iterdir()]
        if variant and variant not in variants:  # espeak would speak without it and say nothing
            raise ValueError(
                f"espeak-ng has no voice variant {variant!r}" + (hint(variant, variants) or ", such as f3 or m2")
            )
        self._variant = f"+{variant}" if variant else ""
        self._voice = base + self._variant
        if self._lib.espeak_SetVoiceByName(self._voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {self._voice!r}")
        self._speed = round(WORDS_PER_MINUTE * rate)
        self._lexicon = _checked(lexicon or {})
        self._pieces: list[bytes] = []
        self._phonemes: list[tuple[float, str]] = []
        self._callback = _Callback(self._on_sound)  # kept alive as long as the library may call it

    def speak(self, text: str) -> Iterator[Speech]:
        """One piece per sentence: the library is 2,000 times faster than speech."""
        if len(text) > LIMIT:
            raise ValueError(f"a sentence of {len(text)} characters; at most {LIMIT} can be spoken")
        ssml = self.markup(text)
        self._pieces, self._phonemes = [], []
        data = ssml.encode() + b"\0"
        self._lib.espeak_SetSynthCallback(self._callback)
        self._lib.espeak_SetVoiceByName(self._voice.encode())
        self._lib.espeak_SetParameter(_RATE, self._speed, 0)
        self._lib.espeak_SetParameter(_RANGE, 100, 0)
        self._lib.espeak_Synth(data, len(data), 0, 1, 0, _UTF8 | _SSML | _ENDPAUSE, None, None)
        self._lib.espeak_Synchronize()
        import numpy as np

        sound = np.frombuffer(b"".join(self._pieces), np.int16).astype(np.float32) * np.float32(1 / 32768)
        yield Speech(sound, timed(self._phonemes, len(sound) / self.rate), self.rate)

    def markup(self, text: str) -> str:
        """What espeak is given: SSML with pinyin, and English words in an English voice."""
        if not self._chinese:
            return f"<speak>{escape(spoken.english(text))}</speak>"
        parts = []
        at = 0
        words = spoken.chinese(text)
        for match in _LATIN.finditer(words):
            parts.append(escape(self._pinyin(words[at : match.start()])))
            parts.append(f'<voice name="en-us{self._variant}">{escape(match[0])}</voice>')
            at = match.end()
        parts.append(escape(self._pinyin(words[at:])))
        return f"<speak>{' '.join(parts)}</speak>"

    def _pinyin(self, text: str) -> str:
        return _HANZI.sub(lambda match: f" {self._read(match[0])} ", text)

    def _read(self, hanzi: str) -> str:
        from pypinyin import Style, lazy_pinyin

        words, at = [], 0
        while at < len(hanzi):
            known = next((w for w in self._lexicon if hanzi.startswith(w, at)), None)
            if known:
                words.append(self._lexicon[known])
                at += len(known)
                continue
            after = min((i for w in self._lexicon if (i := hanzi.find(w, at)) > 0), default=len(hanzi))
            words += lazy_pinyin(
                hanzi[at:after], style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False, errors="ignore"
            )
            at = after
        return " ".join(words)

    def _on_sound(self, samples: object, count: int, events: object) -> int:
        index = 0
        while events[index].type != _EVENT_END:  # type: ignore[index]  # a C array that ends with this mark
            event = events[index]  # type: ignore[index]
            if event.type == _EVENT_PHONEME:
                name = bytes(event.id.string).split(b"\0")[0].decode("ascii", "replace")
                self._phonemes.append((event.sample / self.rate, name))
            index += 1
        if samples and count > 0:
            self._pieces.append(ctypes.string_at(samples, count * 2))  # type: ignore[arg-type]
        return 0


def _checked(lexicon: dict[str, str]) -> dict[str, str]:
    """Readings with ü as v, longest words first; raises ValueError for what is not pinyin."""
    for word, reading in lexicon.items():
        if not _READING.match(reading.replace("v", "ü")):
            raise ValueError(f"lexicon: {word}: {reading!r} is not pinyin like 'pian2 yi5'")
    return {w: lexicon[w].replace("ü", "v") for w in sorted(lexicon, key=len, reverse=True)}
