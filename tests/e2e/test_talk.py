"""A comment comes in over HTTP and over the terminal: its answer is heard, seen, and the script goes on."""

from pathlib import Path

import av
import numpy as np
import pytest

from anchor.voice.espeak import Espeak
from anchor.voice.heard import HOP, RATE, features
from anchor.voice.worker import resampled
from persona.check import open_persona
from streams.air import text
from streams.air.layers import layout
from streams.wire import Speech
from tests.clapper import receive
from tests.e2e.onair import OnAir, quick
from tests.loopback import until


def scripts(heard: list[dict[str, object]]) -> list[tuple[int, int]]:
    """(turn, sentence) of the script sentences heard to their end."""
    return [(int(str(h["cue"]).rsplit(":", 1)[1]), int(str(h["seq"])))
            for h in heard if str(h["cue"]).startswith("script:") and not h["cut"]]  # fmt: skip


def find(needle: np.ndarray, sound: np.ndarray) -> tuple[float, int]:
    """Best normalised correlation of ``needle`` in ``sound``, and the sample where it begins; both at 16 kHz.

    By the loudness of their bands every 10 ms: espeak says no sentence twice with the same samples, and its pauses differ
    by some milliseconds.
    """
    one, other = (np.exp(features(x)) ** 0.3 for x in (needle, sound))
    one, other = one - one.mean(0), other - other.mean(0)
    size = 1 << (len(other) + len(one)).bit_length()
    raw = np.fft.irfft(np.fft.rfft(other, size, axis=0) * np.conj(np.fft.rfft(one, size, axis=0)), size, axis=0).sum(1)
    power = np.cumsum(np.concatenate([[0.0], (other**2).sum(1)]))
    local = np.sqrt(np.maximum(power[len(one) :] - power[: -len(one)], 1e-9))
    score = raw[: len(local)] / (local * np.linalg.norm(one))
    at = int(score.argmax())
    return float(score[at]), at * HOP


def test_an_answer_is_heard_and_seen_and_the_script_goes_on(tmp_path: Path) -> None:
    out, shop = tmp_path / "talk.mp4", quick(tmp_path / "shop")
    with OnAir(tmp_path, "--to", f"file:{out}", persona=shop) as show:
        show.wait_for("on air")
        until(lambda: len(scripts(show.heard())) >= 2)
        code, health = show.get("/health")
        assert (code, health["ok"]) == (200, True)
        cue = show.comment("豆子多少钱")
        until(lambda: any(h["cue"] == cue for h in show.heard()))
        assert show.process.stdin is not None
        show.process.stdin.write("磨豆机有货吗\n".encode())
        show.process.stdin.flush()
        until(lambda: any("86件" in h["text"] for h in show.heard()))
        before = len(scripts(show.heard()))
        until(lambda: len(scripts(show.heard())) >= before + 2)
        heard = show.heard()
        metrics = show.get("/metrics")[1]
        assert show.end() == 0
    answer = next(h for h in heard if h["cue"] == cue)
    assert answer["text"] == "云南小粒咖啡豆今天直播间49.9元。"
    order = scripts(heard)
    lengths = {0: 3, 1: 3, 2: 3, 3: 2}
    expected = [(turn, seq) for turn in range(4) for seq in range(lengths[turn])][: len(order)]
    assert order == expected, "the script must go on from where it was cut in on"
    place = [h["cue"] for h in heard]
    assert place.index(cue) < len(place) - 1
    for name in ("anchor_healthy 1.0", "anchor_ticks_total", 'anchor_verdicts_total{verdict="question"} 2.0'):
        assert name in metrics

    persona, _ = open_persona(shop)
    voice = Espeak(speaker=persona.voice.speaker, rate=persona.voice.rate, lexicon=dict(persona.voice.lexicon))
    (speech,) = (resampled(s, RATE) for s in voice.speak(answer["text"]))
    (other,) = (resampled(s, RATE) for s in voice.speak("这句话没有人说过，三千六百块钱。"))
    clap = receive(out)
    heard_at_16k = resampled(Speech(clap.sound, (), 48_000), RATE).sound
    score, at = find(speech.sound, heard_at_16k)
    assert score > 0.8 > find(other.sound, heard_at_16k)[0], "the answer's own sound is in the recording"

    shown = text.caption(answer["text"], layout(720, 1280).caption_width, layout(720, 1280).caption_size)
    where = layout(720, 1280)
    x, y = (720 - shown.width) // 4 * 2, (where.caption_bottom - shown.height) // 2 * 2
    seconds = clap.sound_start + at / RATE
    picture = frame_at(out, seconds + 0.5 * answer["seconds"])
    assert likeness(picture[y : y + shown.height, x : x + shown.width], shown.planes[0]) > 0.9
    at = layout(720, 1280)
    question = text.ticker(["v*：豆子多少钱"], at.ticker_width, at.small)
    where = slice(at.ticker_top, at.ticker_top + question.height), slice(at.margin, at.margin + question.width)
    assert question.keep is not None
    plate = question.keep[0] < 255
    shown_there = np.corrcoef(picture[where][plate], question.planes[0][plate])[0, 1]
    assert shown_there > 0.8, "the question is on the ticker"
    earlier = frame_at(out, seconds - 0.3)
    assert likeness(earlier[y : y + shown.height, x : x + shown.width], shown.planes[0]) < 0.7


def test_an_answer_takes_over_in_the_middle_of_a_long_sentence(tmp_path: Path) -> None:
    """It is heard at the next pause; the sentence is said again from its start, and no picture is missing."""
    out, shop = tmp_path / "talk.flv", quick(tmp_path / "shop")
    file = shop / "persona.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("rate: 2.0", "rate: 1.0"), encoding="utf-8")
    with OnAir(tmp_path, "--to", f"file:{out}", "--clapper", "--preset", "superfast", persona=shop) as show:
        show.wait_for("on air")
        until(lambda: len(scripts(show.heard())) >= 3, 40)  # the fourth is about to begin, and is eight seconds long
        cue = show.comment("豆子多少钱")
        until(lambda: any(h["cue"] == cue for h in show.heard()))
        until(lambda: len(scripts(show.heard())) >= 4, 40)
        heard, status = show.heard(), show.status()
        assert show.end() == 0
    assert status["verdicts"]["yielded"] == 1 and status["air"]["skipped"] == 0
    long = [h for h in heard if str(h["cue"]).startswith("script:pot") and h["seq"] == 0 and h["seconds"]]
    cut, whole = long
    assert cut["cut"] and not whole["cut"] and 0.5 < cut["seconds"] < whole["seconds"] - 0.6
    place = [h["cue"] for h in heard if h["seconds"]]
    assert place.index(cut["cue"]) < place.index(cue) < len(place) - 1 - place[::-1].index(cut["cue"])
    clap = receive(out)
    assert clap.ticks == list(range(clap.ticks[0], clap.ticks[0] + len(clap.ticks))), "not one picture is missing"


def frame_at(path: Path, seconds: float) -> np.ndarray:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= seconds:
                return frame.reformat(format="gray").to_ndarray()
    raise AssertionError(f"no picture at {seconds}")


def likeness(a: np.ndarray, b: np.ndarray) -> float:
    """Correlation of two pictures where the second one has bright ink."""
    mask = b > 60
    return float(np.corrcoef((a > 170)[mask], (b > 170)[mask])[0, 1])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", 400),
        (b'{"text": 5}', 422),
        (b'{"text": ""}', 422),
        (b"[]", 422),
        (b'{"text": "a", "kind": "operator"}', 422),
        (b"x" * 20_000, 413),
        ('{"text": "多少钱"}'.encode(), 202),
    ],
)
def test_rubbish_over_http_is_refused_and_counted(body: bytes, code: int, show: OnAir) -> None:
    before = show.status()["rejected"].get("http", 0)
    got, answer = show.post(body)
    assert got == code, answer
    after = show.status()["rejected"].get("http", 0)
    assert after - before == (0 if code == 202 else 1)
    if code != 202:
        assert answer["error"]


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("rubbish")
    with OnAir(
        folder, "--to", f"file:{folder}/x.flv", "--preset", "ultrafast", persona=quick(folder / "shop")
    ) as running:
        running.wait_for("air connected")
        yield running


def test_rubbish_on_the_terminal_is_named_and_nothing_is_lost(show: OnAir) -> None:
    assert show.process.stdin is not None
    show.process.stdin.write(b'{"text": 1}\n\xff\xfe\n{"nope"\n' + b"y" * 50_000 + "\n壶有货吗\n".encode())
    show.process.stdin.flush()
    until(lambda: show.status()["rejected"].get("stdin", 0) >= 4)
    show.wait_for("input rejected", "stdin:1", seconds=5)
    until(lambda: any("200件" in h["text"] for h in show.heard()), 40)
