"""`make bench`: measures, prints one table with ratios, asserts nothing about time."""

from __future__ import annotations

import json
import math
import os
import random
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from anchor.face.drawing import DrawnRig
from anchor.face.motion import Pose, pose
from anchor.face.photo.rig import PhotoRig
from anchor.face.texture import OnGpu, packed
from anchor.records.audit import FILE as AUDIT
from anchor.records.audit import Audit, Entry
from anchor.voice.espeak import Espeak
from anchor.voice.worker import resampled
from streams.air.canvas import Sprite
from streams.air.encoder import Encoder
from streams.air.layers import SceneConfig
from streams.air.programme import Programme
from streams.air.stage import Stage, StageConfig
from streams.types import Card, MediaFormat, Score, SpeechChunk
from tests.astronaut import prepared
from tests.bench.table import ROWS
from tests.e2e.onair import PERSONA, OnAir
from tests.e2e.test_command_line import anchor
from tests.loopback import nginx, until
from tests.pipeline.test_lips import TEXT, correlation, film, wanted
from tests.unit.test_layers import made_film

pytestmark = pytest.mark.bench
SECONDS = 20
LABEL = "AI 生成 · 虚拟主播"
MIXED = TEXT + (
    "先看这款手冲咖啡壶，三零四不锈钢，容量五百毫升，细口出水很稳。原价一百五十九元，今天直播间只要九十九元，喜欢的朋友可以下单。"
    "再来看磨豆机，一次能磨二十五克，两个人喝刚刚好。非常抱歉，这款暂时没有货，补货以后马上通知大家。"
    "哇，谢谢小李送的礼物，么么哒！怎么发货呢？默认发中通，四十八小时内发出，偏远地区慢一点。"
    "Hello everyone, welcome to the show. This pour over kettle holds half a litre, and the grinder has thirty six steps. "
    "Is it real? No, I am a virtual presenter made by a computer, but the coffee beans are from Yunnan and they taste of nuts. "
    "最后是这包咖啡豆，产地云南保山，中度烘焙，一包二百五十克，喝起来有坚果和红糖的甜感。新手也不用担心，跟着步骤慢慢冲，八九十度的水，"
    "分三次往里面倒，闷蒸三十秒，泡泡冒完再继续。买两包的朋友帮你们包邮，不满意七天之内可以退。明天晚上八点我们不见不散，拜拜！"
    "现在下单的朋友，把订单编号打在公屏上，我帮大家备注。问一下，平时你们喜欢喝美式还是拿铁？喜欢拿铁的扣一，喜欢美式的扣二，不喜欢咖啡的，"
    "我们明天准备了普洱和白茶，价格一样实在，品质一样放心。"
    "Remember to follow us, bring your friends, and ask me anything about brewing, prices, shipping or returns before Friday."
)
"""About two minutes: shop talk, thanks, an apology, two languages."""


def cpu(pid: int) -> float:
    """CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_cpu_of_the_tree_against_ffmpeg(tmp_path: Path) -> None:
    with nginx() as server:
        with OnAir(tmp_path, "--to", server.url("tree")) as show:
            until(lambda: len(show.heard()) >= 1, 40)
            pids = {c: show.pid(c) for c in ("air", "brain", "voice", "face")} | {"supervisor": show.process.pid}
            before = {c: cpu(p) for c, p in pids.items()}
            time.sleep(SECONDS)
            used = {c: cpu(p) - before[c] for c, p in pids.items()}
            show.end()
        (recording,) = server.recordings("tree")
        frames, sound = tmp_path / "frames.yuv", tmp_path / "sound.wav"
        subprocess.run(["ffmpeg", "-v", "error", "-i", str(recording), "-t", str(SECONDS), "-map", "0:v", "-f", "rawvideo", "-pix_fmt",
                        "yuv420p", str(frames), "-t", str(SECONDS), "-map", "0:a", str(sound)], check=True)  # fmt: skip
        start = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            ["ffmpeg", "-v", "error", "-re", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "720x1280", "-r", "25", "-i", str(frames),
             "-i", str(sound), "-c:v", "libx264", "-threads", "1", "-preset", "veryfast", "-tune", "zerolatency", "-b:v", "1500k",
             "-maxrate", "1500k", "-bufsize", "300k", "-x264-params", "keyint=50:min-keyint=50:scenecut=0:filler=1",
             "-c:a", "aac", "-b:a", "128k", "-f", "flv", server.url("peer")], check=True)  # fmt: skip
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
        peer = end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime
    total = sum(used.values())
    ROWS.append((f"CPU of the whole tree, 720p25, {SECONDS} s", f"{total:.2f} s ({100 * total / SECONDS:.0f} % of a core): "
                 + ", ".join(f"{c} {u:.2f}" for c, u in used.items())))  # fmt: skip
    ROWS.append(("CPU of ffmpeg, same pictures, same ingest", f"{peer:.2f} s"))
    ROWS.append(("ratio tree / ffmpeg", f"{total / peer:.2f}"))
    ROWS.append(("ratio air / ffmpeg", f"{used['air'] / peer:.2f}"))


def test_render_against_real_time(tmp_path: Path) -> None:
    began = time.monotonic()
    run = anchor("render", str(PERSONA), "--seconds", "30", "-o", str(tmp_path / "r.mp4"), seconds=300)
    assert run.returncode == 0
    took = time.monotonic() - began
    ROWS.append(("render 30 s at 720p25, start included", f"{took:.1f} s, {30 / took:.1f} times real time"))
    ROWS.append(("render, once started", run.stderr.strip().splitlines()[-1].rpartition(", ")[2]))


def scores(seconds: float) -> list[Score]:
    """What a face is told of so much speech."""
    media = MediaFormat(720, 1280, 25, 1_500_000)
    programme, voice = Programme(media, 4), Espeak(speaker="cmn+f3")
    (speech,) = (
        resampled(s, media.rate)
        for s in voice.speak("妈妈买了便宜的苹果和葡萄，今天直播间只要九十九元，欢迎大家下单。")
    )
    while programme.end < seconds * media.rate:
        programme.add(SpeechChunk("s", 0, speech.sound, speech.visemes, last=True), 0)
    found = []
    for tick in range(round(seconds * media.fps)):
        found.append(programme.score(tick))
        programme.pull(tick)
    return found


def cpu_of(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Milliseconds of CPU for each item."""
    for item in items[:10]:
        work(item)
    began = time.process_time()
    for item in items:
        work(item)
    return 1000 * (time.process_time() - began) / len(items)


def test_a_picture_of_the_face(tmp_path: Path) -> None:
    """One thread, speech all the time; a moving region of as many pixels as 512 x 512, or a little more."""
    torch.set_num_threads(1)
    told = scores(20)
    photo = prepared(tmp_path)
    for name, face in (("drawn", DrawnRig(742, 890, 25)), ("photo", PhotoRig(604, 726, 25, folder=str(photo)))):
        w, h = face.posed(Pose()).size
        took = cpu_of(face.picture, told)
        by_opencv = cpu_of(lambda s, face=face: face._head.draw(pose(s)), told)
        face._head._texture = OnGpu(packed([np.full((h, w, 4), 128, np.uint8)])[0], torch.device("cpu"))
        by_torch = cpu_of(lambda s, face=face: face._head.draw(pose(s)), told)
        ROWS.append((f"CPU of a picture, {name}, region {w}x{h}", f"{took:.2f} ms; its head's warp {by_opencv:.2f} ms by OpenCV, "
                     f"{by_torch:.2f} by torch, {by_torch / by_opencv:.1f} times"))  # fmt: skip


@pytest.mark.parametrize(
    ("width", "height", "fps"), [(720, 1280, 25), (1280, 720, 25), (1080, 1920, 30), (1920, 1080, 30)]
)
def test_parts_of_a_tick(width: int, height: int, fps: int) -> None:
    torch.set_num_threads(1)
    media = MediaFormat(width, height, fps, 2_500_000 if width * height > 10**6 else 1_500_000)
    stage, encoder = Stage(media, StageConfig(SceneConfig(LABEL)), lambda tick: tick / fps), Encoder(media)
    face = DrawnRig(*stage.scene.layout.figure[2:], fps)
    stage.scene.set_rig(face.still(), face.region)
    spent = {"face": 0.0, "stage": 0.0, "encoder": 0.0}
    told = scores(8)
    for tick, score in enumerate(told):
        marks = [time.process_time()]
        picture = face.picture(score)
        marks.append(time.process_time())
        stage.feed.offer(tick, Sprite(picture))
        frame, _ = stage.make(tick)
        marks.append(time.process_time())
        encoder.encode(tick, frame, np.zeros(media.samples, np.float32), tick == 0)
        marks.append(time.process_time())
        for name, a, b in zip(spent, marks, marks[1:], strict=False):
            spent[name] += b - a
    total = sum(spent.values()) / len(told)
    ROWS.append((f"CPU per tick, {width}x{height} at {fps} ({1000 / fps:.0f} ms)",
                 ", ".join(f"{n} {1000 * s / len(told):.2f} ms" for n, s in spent.items()) + f", {100 * total * fps:.0f} % of a core"))  # fmt: skip


@pytest.mark.parametrize("film_under", [False, True])
@pytest.mark.parametrize(("width", "height"), [(720, 1280), (1080, 1920)])
def test_the_tick_thread_with_every_layer(width: int, height: int, film_under: bool, tmp_path: Path) -> None:
    """At the stream's own speed, all that is drawn off the tick thread beside it."""
    torch.set_num_threads(1)
    media = MediaFormat(width, height, 25, 1_500_000)
    under = str(made_film(tmp_path / "loop.mp4", 50, 25, (640, 360))) if film_under else ""
    now = time.time()
    stage = Stage(
        media, StageConfig(SceneConfig(LABEL, under, "Asia/Shanghai", "双十一狂欢")), lambda tick: now + tick / 25
    )
    face = DrawnRig(*stage.scene.layout.figure[2:], 25)
    pictures = [Sprite(face.picture(score)) for score in scores(2)]
    stage.scene.set_rig(face.still(), face.region)
    stage.scene.tell(["小*：多少钱", "阿*：有货吗"])
    stage.scene.start()
    for i in range(4):
        card = Card(
            f"手冲咖啡壶 {i}",
            "99",
            "159",
            ("细口控流",),
            "persona/xiaomei/pot.png",
            "https://shop.example/pot",
            now + 100,
        )
        stage.scene.prepare(f"第{i}句，今天直播间只要九十九元。", card)
        words = f"第{i}句，今天直播间只要九十九元。"
        stage.programme.add(SpeechChunk("s", i, np.zeros(96_000, np.float32), (), words, card, True), 0)
    took = []
    begin = time.monotonic()
    for tick in range(200):
        stage.feed.offer(tick, pictures[tick % len(pictures)])
        time.sleep(max(0.0, begin + tick / 25 - time.monotonic()))
        before = time.thread_time()
        stage.make(tick)
        took.append(1000 * (time.thread_time() - before))
    late = stage.scene.film_late
    stage.scene.close()
    ROWS.append((f"tick thread at {width}x{height}, every layer{' over a film' if film_under else ''}",
                 f"mean {np.mean(took):.2f} ms, 99 of 100 under {np.percentile(took, 99):.2f} ms" + (f", film late at {late} of 200 ticks" if film_under else "")))  # fmt: skip


@pytest.mark.parametrize("figure", ["woman", "man"])
def test_lips_of_two_minutes(figure: str, tmp_path: Path) -> None:
    visemes, ends, seen = film(MIXED, figure, tmp_path / "lips.mp4")
    true = wanted(visemes, len(seen))
    by_lag = {lag: correlation(seen, true, lag) for lag in range(-4, 5)}
    best = max(by_lag, key=lambda lag: by_lag[lag])
    rest = float(np.median(seen[:4]))
    pressed = [v for v in visemes if v.shape == "PP"]
    met = [seen[max(0, round(v.start * 25) - 1) : round(v.end * 25) + 2].min() <= rest * 1.15 for v in pressed]
    shut = seen[round(ends[-1] * 25) + 3] <= rest * 1.15
    ROWS.append((f"lips of the {figure} in {ends[-1]:.0f} s of decoded pictures", f"correlation with the jaw {by_lag[0]:.3f}, best at a lag "
                 f"of {best} ticks, {100 * np.mean(met):.0f}% of {len(met)} bilabials closed, shut 3 ticks after the end: {shut}"))  # fmt: skip


def test_back_after_a_fault(tmp_path: Path) -> None:
    with nginx() as server, OnAir(tmp_path, "--to", server.url("k"), "--to", f"file:{tmp_path}/x.flv") as show:
        until(lambda: show.get("/health")[0] == 200, 40)
        for child in ("voice", "brain", "face"):
            ready = {"voice": ("voice ready",), "brain": ("air connected",), "face": ("rig ready",)}[child]
            count = len(show.said(*ready))
            began = time.monotonic()
            os.kill(show.pid(child), signal.SIGKILL)
            show.wait_for(*ready, count=count + 1)
            ROWS.append((f"kill -9 of {child}: back", f"{time.monotonic() - began:.1f} s"))
        for away in (2, 10):
            server.stop(signal.SIGKILL)
            show.wait_for("destination failed")
            time.sleep(away)
            began = time.monotonic()
            server.start()
            until(lambda: "k" in server.publishing())
            ROWS.append((f"ingest away for {away} s: back after its return", f"{time.monotonic() - began:.1f} s"))
        began = time.monotonic()
        show.end()
        ROWS.append(("SIGTERM to the end", f"{time.monotonic() - began:.1f} s"))


GOODS = [
    f"{name}{asks}"
    for asks in ("多少钱", "有货吗", "怎么发货", "有没有优惠", "原价多少")
    for name in ("咖啡壶", "磨豆机", "豆子")
]
GOODS += ["豆子保质期多久", "咖啡壶容量多大", "磨豆机容量多大", "咖啡壶什么材质", "豆子产地是哪里"]
"""Twenty that the catalogue knows: what it does not know waits as small talk does."""


@dataclass(frozen=True)
class Wait:
    """From a comment to its answer's first sound; ``behind``: another question was being answered, or waited, when it came."""

    seconds: float
    behind: bool


def waits(entries: Sequence[Entry]) -> list[Wait]:
    """Of all comments in an audit log that were answered, in their order."""
    asked = {e.cue: e.at for e in entries if e.kind == "event" and e.data["what"] == "comment"}
    sound = {e.cue: e.at + e.data["begins_in_ms"] / 1000 for e in entries if e.kind == "said" and e.data["seq"] == 0}
    over = {e.cue: e.at for e in entries if e.kind == "heard" and not e.data["cut"]}
    return [Wait(sound[cue] - at, any(asked[c] < at < over.get(c, 0) for c in asked))
            for cue, at in asked.items() if cue in sound]  # fmt: skip


def shares(found: Sequence[float]) -> str:
    if not found:
        return "none"
    ordered = sorted(found)
    p50, p95 = (ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] for share in (0.5, 0.95))
    return f"p50 {p50:.1f} s, p95 {p95:.1f} s, longest {ordered[-1]:.1f} s"


def test_comment_to_sound(tmp_path: Path) -> None:
    """Twenty different questions of twenty viewers over the scripts of the demo, by the audit logs of two shows at once."""
    shows: dict[int, OnAir] = {}
    with ExitStack() as stack:
        for every in (12, 6):
            folder = tmp_path / str(every)
            folder.mkdir()
            jitter = random.Random(every)  # in step with the scripts, all would fall on the same few sentences
            at = [20 + (n + jitter.uniform(-0.25, 0.25)) * every for n in range(len(GOODS))]
            lines = [json.dumps({"at": at[n], "viewer": f"客人{n}", "text": text}) for n, text in enumerate(GOODS)]
            (folder / "chat.jsonl").write_text("\n".join(lines), encoding="utf-8")
            shows[every] = stack.enter_context(
                OnAir(folder, "--to", f"file:{folder}/x.flv", chat=[f"replay:{folder}/chat.jsonl"])
            )
        for every in (6, 12):
            shows[every].wait_for("on air")
            time.sleep(max(0.0, 20 + 20 * every + 15 - (time.monotonic() - shows[every].began)))
            shows[every].end()
    for every in (12, 6):
        audit = Audit(tmp_path / str(every) / "state" / AUDIT)
        entries = list(audit.read())
        audit.close()
        found = waits(entries)
        yields = sum(e.kind == "yielded" for e in entries)
        free, behind = ([w.seconds for w in found if w.behind is told] for told in (False, True))
        ROWS.append((f"comment to first sound over a script, one in about {every} s, {len(found)} of {len(GOODS)} questions",
                     shares([w.seconds for w in found])))  # fmt: skip
        ROWS.append(
            (f"   of these {len(free)} while no answer was being said; {yields} times a script made room", shares(free))
        )
        ROWS.append((f"   and {len(behind)} behind an answer that was being said", shares(behind)))
