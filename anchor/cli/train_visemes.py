"""``make viseme-net``: train the net of anchor/voice/heard.py on espeak's own speech, which has the time of every sound.

Prints how good it is on voices it has not heard, in noise, and on another synthesiser where flite is installed.
"""

from __future__ import annotations

import argparse
import functools
import logging
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from anchor import registry
from anchor.face import motion
from anchor.voice import heard
from streams.types import VISEMES, Sound, Viseme

log = logging.getLogger(__name__)

_TAUGHT = """f1 f2 f3 f4 m1 m2 m3 m4 m6 m7 m8 klatt klatt2 klatt4 klatt5 klatt6 linda john steph steph2 anika paul Alex
Alicia Andrea Andy Annie Denis Diogo Gene Hugo Jacky Lee Marco Mario Michael Mike Nguyen Reed antonio aunty benjamin boris
caleb david ed edward gustave iven iven2 kaukovalta marcelo max michel miguel norbert pablo pedro quincy robert sandro shelby
travis victor zac whisperf"""
TAUGHT = ("", *_TAUGHT.split())
HELD_OUT = ("f5", "m5", "klatt3", "adam", "belinda")
FLITE = ("kal", "awb", "rms", "slt")
SENTENCES = 15
"""that each voice says for the training"""
CROP = 256
STEPS = 4000
CHANNELS = 80


@dataclass(frozen=True, slots=True)
class Said:
    """16 kHz speech and what the mouth did."""

    sound: Sound
    visemes: tuple[Viseme, ...]


@functools.cache
def _words() -> tuple[list[str], list[str]]:
    """Chinese and English words, from packages that are installed anyway."""
    from pydoc_data.topics import topics

    from pypinyin.phrases_dict import phrases_dict

    chinese = sorted(word for word in phrases_dict if len(word) <= 4)
    english = sorted(set(re.findall(r"\b[a-z]{2,9}\b", " ".join(topics.values()).lower())))
    return chinese, english


def sentence(chinese: bool, dice: random.Random) -> str:
    zh, en = _words()
    if chinese:
        return "，".join("".join(dice.choices(zh, k=dice.randint(1, 3))) for _ in range(dice.randint(1, 4))) + "。"
    return ", ".join(" ".join(dice.choices(en, k=dice.randint(2, 6))) for _ in range(dice.randint(1, 4))) + "."


def say(variant: str, chinese: bool, rate: float, text: str) -> Said:
    speaker = ("cmn" if chinese else "en-us") + (f"+{variant}" if variant else "")
    engine = registry.load("voice", "espeak")("zh-CN" if chinese else "en", speaker, rate)
    (speech,) = engine.speak(text)
    return Said(soxr.resample(speech.sound, speech.rate, heard.RATE).astype(np.float32), speech.visemes)


def labels(said: Said) -> NDArray[np.int64]:
    """The shape in the middle of every frame."""
    count = len(said.sound) // heard.HOP
    middle = (np.arange(count) + 0.5) * heard.HOP / heard.RATE
    starts = np.array([v.start for v in said.visemes])
    shapes = np.array([VISEMES.index(v.shape) for v in said.visemes])
    return shapes[np.clip(np.searchsorted(starts, middle, "right") - 1, 0, None)].astype(np.int64)


def varied(said: Said, dice: np.random.Generator) -> Said:
    """As another speaker in another room: pitch and throat, level, noise, tone, echo."""
    size = dice.uniform(0.8, 1.25)
    sound = soxr.resample(said.sound, heard.RATE * size, heard.RATE).astype(np.float32)
    visemes = tuple(Viseme(v.shape, v.start / size, v.end / size) for v in said.visemes)
    sound = sound * np.float32(dice.uniform(0.2, 1.2))
    if dice.random() < 0.5:
        sound = noisy(sound, dice.uniform(8, 40), dice)
    if dice.random() < 0.5:
        sound = sound + np.float32(dice.uniform(-0.5, 0.5)) * np.pad(sound, (1, 0))[:-1]
    if dice.random() < 0.3:
        late = int(dice.uniform(0.01, 0.04) * heard.RATE)
        sound = sound + np.float32(0.3) * np.pad(sound, (late, 0))[: len(sound)]
    return Said(sound.astype(np.float32), visemes)


def noisy(sound: Sound, decibels: float, dice: np.random.Generator) -> Sound:
    level = np.sqrt(np.mean(sound**2)) * 10 ** (-decibels / 20)
    loud: Sound = sound + dice.standard_normal(len(sound)).astype(np.float32) * np.float32(level)
    return loud


class Learner(nn.Module):
    """What heard.Net computes, with normalisation between the layers for the training."""

    def __init__(self) -> None:
        super().__init__()
        sizes = [heard.BANDS, *[CHANNELS] * len(heard.DILATIONS)]
        self.convolutions = nn.ModuleList(
            nn.Conv1d(a, b, heard.TAPS, padding=heard.TAPS // 2 * d, dilation=d)
            for a, b, d in zip(sizes, sizes[1:], heard.DILATIONS, strict=False)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(CHANNELS) for _ in heard.DILATIONS)
        self.out = nn.Conv1d(CHANNELS, len(VISEMES), 1)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, bands, frames) to (batch, shapes, frames)."""
        for i, (convolution, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
            y = functional.relu(norm(convolution(x)))
            x = y if i == 0 else x + y
        scores: Tensor = self.out(x)
        return scores

    def weights(self) -> dict[str, NDArray[np.float16]]:
        """For heard.Net, with the normalisation folded into the convolutions."""
        found: dict[str, Tensor] = {}
        for i, (convolution, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
            assert isinstance(convolution, nn.Conv1d) and isinstance(norm, nn.BatchNorm1d)
            assert norm.running_var is not None and norm.running_mean is not None and convolution.bias is not None
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            bias = (convolution.bias - norm.running_mean) * scale + norm.bias
            found[f"w{i}"] = (convolution.weight * scale[:, None, None]).permute(2, 1, 0)
            found[f"b{i}"] = bias
        last = len(heard.DILATIONS)
        found[f"w{last}"] = self.out.weight.permute(2, 1, 0)
        assert self.out.bias is not None
        found[f"b{last}"] = self.out.bias
        return {name: value.detach().numpy().astype(np.float16) for name, value in found.items()}


def taught(dice: random.Random, noise: np.random.Generator) -> Iterator[Said]:
    for variant in TAUGHT:
        for k in range(SENTENCES):
            chinese = k % 2 != 0
            yield varied(say(variant, chinese, dice.uniform(0.7, 1.5), sentence(chinese, dice)), noise)


def train(lessons: Sequence[Said], steps: int, seed: int) -> Learner:
    torch.manual_seed(seed)
    dice = random.Random(seed)
    inputs = [torch.from_numpy(heard.normalised(heard.features(said.sound))) for said in lessons]
    wanted = [torch.from_numpy(labels(said)) for said in lessons]
    learner = Learner()
    optimiser = torch.optim.AdamW(learner.parameters(), 2e-3)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    began = time.monotonic()
    for step in range(steps):
        xs, ys = [], []
        for _ in range(24):
            i = dice.randrange(len(inputs))
            start = dice.randrange(max(1, len(wanted[i]) - CROP))
            x, y = inputs[i][start : start + CROP].T, wanted[i][start : start + CROP]
            if dice.random() < 0.5:  # a band that some microphone or room does not give
                band = dice.randrange(heard.BANDS - 8)
                x = x.clone()
                x[band : band + dice.randint(2, 8)] = 0
            xs.append(functional.pad(x, (0, CROP - x.shape[1])))
            ys.append(functional.pad(y, (0, CROP - len(y)), value=-1))
        loss = functional.cross_entropy(
            learner(torch.stack(xs)), torch.stack(ys), ignore_index=-1, label_smoothing=0.05
        )
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        falling.step()
        if step % 250 == 249:
            log.warning("step %d of %d, loss %.3f, %.0f s", step + 1, steps, loss.item(), time.monotonic() - began)
    return learner.eval()


def jaw(visemes: Sequence[Viseme], seconds: float) -> NDArray[np.float64]:
    """How far the mouth is open in each of 25 pictures a second, as the face will show it."""
    times = np.arange(int(seconds * 25)) / 25
    near = [[v for v in visemes if v.end > t - 0.3 and v.start < t + 0.3] for t in times]
    return np.array(
        [
            motion.mouth([Viseme(v.shape, v.start - t, v.end - t, v.weight) for v in some]).open
            for t, some in zip(times, near, strict=True)
        ]
    )


def judged(net: heard.Net, examples: Sequence[Said]) -> dict[str, float]:
    """Share of frames that are right, of those with sound, and how the mouth's opening correlates with the true one."""
    right, sounding, curves = [], [], {"net": [], "loudness": [], "true": []}  # type: ignore[var-annotated]
    for said in examples:
        seconds = len(said.sound) / heard.RATE
        truth = labels(said)
        guess = net.scores(heard.features(said.sound)).argmax(1)
        right.append(guess == truth)
        sounding.append(truth > 0)
        for name, shapes in (
            ("true", said.visemes),
            ("net", heard.visemes(said.sound, heard.RATE, net)),
            ("loudness", heard.by_energy(said.sound, heard.RATE)),
        ):
            curves[name].append(jaw(shapes, seconds))
    whole, part = np.concatenate(right), np.concatenate(sounding)
    jaws = {name: np.concatenate(found) for name, found in curves.items()}
    return {
        "frames": float(whole.mean()),
        "sounding": float(whole[part].mean()),
        "jaw": float(np.corrcoef(jaws["true"], jaws["net"])[0, 1]),
        "loudness": float(np.corrcoef(jaws["true"], jaws["loudness"])[0, 1]),
    }


_FLITE = {
    "aa": "aa", "ae": "aa", "ah": "aa", "ao": "oh", "aw": "aa", "ax": "E", "axr": "RR", "ay": "aa", "b": "PP", "ch": "CH",
    "d": "DD", "dh": "TH", "dx": "DD", "eh": "E", "el": "nn", "em": "PP", "en": "nn", "er": "RR", "ey": "E", "f": "FF",
    "g": "kk", "hh": "kk", "hv": "kk", "ih": "ih", "iy": "ih", "jh": "CH", "k": "kk", "l": "nn", "m": "PP", "n": "nn",
    "nx": "nn", "ng": "nn", "ow": "oh", "oy": "oh", "p": "PP", "r": "RR", "s": "SS", "sh": "CH", "t": "DD", "th": "TH",
    "uh": "ou", "uw": "ou", "v": "FF", "w": "ou", "y": "ih", "z": "SS", "zh": "CH", "pau": "sil", "ssil": "sil",
}  # fmt: skip


def flite(voice: str, text: str) -> Said:
    """Another synthesiser's speech, with the time at which each of its sounds ends."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        run = subprocess.run(
            ["flite", "-voice", voice, "-psdur", "-t", text, "-o", str(path)],
            capture_output=True,
            text=True,
            check=True,
        )
        with wave.open(str(path)) as file:
            rate = file.getframerate()
            sound = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768
    found, start = [], 0.0
    for name, end in re.findall(r"(\w+)[: ]([\d.]+)", run.stdout):
        found.append(Viseme(_FLITE[name], start, float(end)))
        start = float(end)
    return Said(soxr.resample(sound, rate, heard.RATE).astype(np.float32), tuple(found))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m anchor.cli.train_visemes", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name(heard.SHIPPED))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--judge", action="store_true", help="only measure the net that --out names")
    options = parser.parse_args()
    logging.basicConfig(format="%(message)s")
    if not options.judge:
        began = time.monotonic()
        lessons = list(taught(random.Random(options.seed), np.random.default_rng(options.seed)))
        minutes = sum(len(said.sound) for said in lessons) / heard.RATE / 60
        log.warning("%.0f minutes of speech by %d voices in %.0f s", minutes, len(TAUGHT), time.monotonic() - began)
        np.savez_compressed(options.out, **train(lessons, options.steps, options.seed).weights())  # type: ignore[arg-type]
    net = heard.Net.load(str(options.out))
    sys.stdout.write(f"{options.out.name}: {options.out.stat().st_size / 1000:.0f} KB\n\n")
    sys.stdout.write(
        "| speech | frames right | of those with sound | jaw, net | jaw, loudness |\n|---|---|---|---|---|\n"
    )
    for name, examples in examinations(random.Random(options.seed + 1000)):
        found = judged(net, examples)
        sys.stdout.write(
            f"| {name} | {found['frames']:.3f} | {found['sounding']:.3f} | {found['jaw']:.3f} | {found['loudness']:.3f} |\n"
        )
        sys.stdout.flush()
    return 0


def examinations(dice: random.Random) -> Iterator[tuple[str, list[Said]]]:
    noise = np.random.default_rng(dice.randrange(10**6))

    def voices(chinese: Callable[[int], bool]) -> list[Said]:
        return [
            say(variant, chinese(k), dice.uniform(0.8, 1.3), sentence(chinese(k), dice))
            for variant in HELD_OUT
            for k in range(6)
        ]

    yield "espeak, other voices, Chinese", voices(lambda k: True)
    yield "espeak, other voices, English", voices(lambda k: False)
    mixed = voices(lambda k: k % 2 == 0)
    yield "the same mixed, noise at 15 dB", [Said(noisy(s.sound, 15, noise), s.visemes) for s in mixed]
    if shutil.which("flite"):
        yield "flite (English)", [flite(v, sentence(False, dice)) for v in FLITE for _ in range(6)]
    else:
        log.warning("flite is not installed (apt-get install flite): not measured on another synthesiser")


if __name__ == "__main__":
    sys.exit(main())
