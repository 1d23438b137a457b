"""`make bench`: measures, prints one table with ratios, asserts nothing about time."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from streams.air.canvas import Sprite
from streams.air.encoder import Encoder
from streams.air.layers import Look
from streams.air.stage import Stage, StageConfig
from streams.types import MediaFormat, Score, Viseme
from tests.bench.table import ROWS
from tests.e2e.onair import PERSONA, OnAir
from tests.e2e.test_command_line import anchor
from tests.loopback import nginx, until
from tests.pipeline.test_lips import TEXT, correlation, film, wanted

pytestmark = pytest.mark.bench
SECONDS = 20


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


def test_parts_of_a_tick() -> None:
    import torch

    from anchor.face.drawn import Drawn

    torch.set_num_threads(1)
    media = MediaFormat(720, 1280, 25, 1_500_000)
    stage, encoder = Stage(media, StageConfig(Look("AI 生成 · 虚拟主播")), lambda tick: tick / 25), Encoder(media)
    face = Drawn(*stage.scene.layout.figure[2:], 25)
    stage.scene.set_rig(face.still(), face.region)
    for _ in face.idle():
        pass
    spent = {"face": 0.0, "stage": 0.0, "encoder": 0.0}
    ticks = 250
    for tick in range(ticks):
        marks = [time.process_time()]
        picture = face.picture(Score(tick, tick / 25, (Viseme("aa" if tick % 8 < 4 else "ou", -0.1, 0.1),)))
        marks.append(time.process_time())
        stage.feed.offer(tick, Sprite(picture))
        frame, _ = stage.make(tick)
        marks.append(time.process_time())
        encoder.encode(tick, frame, np.zeros(media.samples, np.float32), tick == 0)
        marks.append(time.process_time())
        for name, a, b in zip(spent, marks, marks[1:], strict=False):
            spent[name] += b - a
    ROWS.append(("CPU per tick, 720p25 (40 ms)", ", ".join(f"{n} {1000 * s / ticks:.2f} ms" for n, s in spent.items())))


def test_lips_of_two_minutes(tmp_path: Path) -> None:
    visemes, ends, seen = film(TEXT * 5, "woman", tmp_path / "lips.mp4")
    true = wanted(visemes, len(seen))
    by_lag = {lag: correlation(seen, true, lag) for lag in range(-4, 5)}
    best = max(by_lag, key=lambda lag: by_lag[lag])
    rest = float(np.median(seen[:4]))
    pressed = [v for v in visemes if v.shape == "PP"]
    met = [seen[max(0, round(v.start * 25) - 1) : round(v.end * 25) + 2].min() <= rest * 1.15 for v in pressed]
    ROWS.append((f"lips in {ends[-1]:.0f} s of decoded pictures", f"correlation with the jaw {by_lag[0]:.3f}, best at a lag of "
                 f"{best} ticks, {100 * np.mean(met):.0f}% of {len(met)} bilabials closed"))  # fmt: skip


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


def test_comment_to_sound(tmp_path: Path) -> None:
    """From the comment's acceptance to the end of its answer, less the answer's own length, with no script in the way."""
    with OnAir(tmp_path, "--to", f"file:{tmp_path}/x.flv") as show:
        until(lambda: len(show.heard()) >= 1, 40)
        waits = []
        for _ in range(5):
            began = time.monotonic()
            cue = show.comment("咖啡壶多少钱")
            until(lambda cue=cue: any(h["cue"] == cue for h in show.heard()))
            seconds = next(h["seconds"] for h in show.heard() if h["cue"] == cue)
            waits.append(time.monotonic() - began - seconds)
        ROWS.append(("comment to its answer's first sound, script playing", f"{min(waits):.1f} to {max(waits):.1f} s"))
