"""espeak's phoneme mnemonics to the fifteen mouth shapes, with their times."""

from __future__ import annotations

from collections.abc import Sequence

from streams.types import Viseme

_CONSONANTS = {
    "tS;": "CH", "ts.": "CH", "tS": "CH", "dZ": "CH", "S;": "CH", "s.": "CH", "S": "CH", "Z": "CH", "z.": "RR",
    "tsh": "SS", "ts": "SS", "s": "SS", "z": "SS", "ph": "PP", "p": "PP", "b": "PP", "m": "PP", "f": "FF", "v": "FF",
    "T": "TH", "D": "TH", "th": "DD", "t": "DD", "d": "DD", "kh": "kk", "k": "kk", "g": "kk", "X": "kk", "x": "kk",
    "h": "kk", "N": "nn", "n": "nn", "l": "nn", "L": "nn", "r": "RR", "R": "RR", "w": "ou", "j": "ih",
}  # fmt: skip
_VOWELS = {
    "i.": ["ih"], "i[": ["SS"], "i": ["ih"], "u": ["ou"], "y": ["ou"], "A": ["aa"], "a": ["aa"], "o-": ["oh"],
    "o": ["oh"], "O": ["oh"], "@": ["E"], "E": ["E"], "e": ["E"], "I": ["ih"], "U": ["ou"], "V": ["aa"], "0": ["oh"],
    "3": ["RR"], "&": ["aa"],
    "ai": ["aa", "ih"], "aI": ["aa", "ih"], "Au": ["aa", "ou"], "aU": ["aa", "ou"], "ei": ["E", "ih"],
    "eI": ["E", "ih"], "ou": ["oh", "ou"], "oU": ["oh", "ou"], "OI": ["oh", "ih"], "iE": ["ih", "E"],
    "iA": ["ih", "aa"], "ia": ["ih", "aa"], "ua": ["ou", "aa"], "uA": ["ou", "aa"], "uo": ["ou", "oh"],
    "uei": ["ou", "E", "ih"], "uai": ["ou", "aa", "ih"], "iou": ["ih", "oh", "ou"], "iAu": ["ih", "aa", "ou"],
    "ong": ["oh", "nn"], "yE": ["ou", "E"], "y&": ["ou", "E"], "y@": ["ou", "E"], "yi": ["ou", "ih"],
    "u@": ["ou", "E"], "@r": ["E", "RR"], "i@": ["ih", "E"], "e@": ["E", "RR"], "U@": ["ou", "RR"],
    "o@": ["oh", "RR"], "3:": ["RR"], "A@": ["aa", "RR"], "@L": ["E", "nn"], "aI@": ["aa", "ih", "E"],
}  # fmt: skip
_LONGEST = max(len(k) for k in (*_CONSONANTS, *_VOWELS))


def shapes(phoneme: str) -> list[str]:
    """The mouth shapes of one mnemonic, empty for marks that make no sound; an unknown one is a half-open E."""
    name = phoneme.lstrip("',=%")
    if not name or name[0] in "_;":
        return ["sil"]
    if name[0] in "(?:|":
        return []  # a language mark or a glottal stop
    bare = name.rstrip("0123456789:#~") or name
    for key in (name, bare, bare + ":"):
        if key in _VOWELS:
            return _VOWELS[key]
    for size in range(min(_LONGEST, len(bare)), 0, -1):
        if bare[:size] in _CONSONANTS:
            return [_CONSONANTS[bare[:size]]]
        if bare[:size] in _VOWELS:
            return _VOWELS[bare[:size]]
    return ["E"]


def timed(phonemes: Sequence[tuple[float, str]], end: float) -> tuple[Viseme, ...]:
    """Visemes of (start in seconds, mnemonic) pairs in order; ``end`` closes the last one.

    A phoneme of several shapes shares its time among them; neighbours of the same shape are joined.
    """
    found: list[Viseme] = []
    for i, (start, name) in enumerate(phonemes):
        stop = phonemes[i + 1][0] if i + 1 < len(phonemes) else end
        kinds = shapes(name)
        if not kinds or stop <= start:
            continue
        step = (stop - start) / len(kinds)
        for j, kind in enumerate(kinds):
            a, b = start + j * step, start + (j + 1) * step
            if found and found[-1].shape == kind and a - found[-1].end < 1e-6:
                found[-1] = Viseme(kind, found[-1].start, b)
            else:
                found.append(Viseme(kind, a, b))
    return tuple(found)
