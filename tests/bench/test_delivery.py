"""How steady the wire is, what sending costs beside ffmpeg, and how long faults are felt."""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from persona.output import FORMATS
from streams.air.rendition import RenditionConfig
from streams.deliver.pacing import wire_rate
from streams.deliver.targets import parse
from streams.types import MediaFormat
from tests.bench.table import ROWS
from tests.e2e.onair import PERSONA
from tests.e2e.test_bad_network import sufferings
from tests.e2e.test_command_line import anchor
from tests.loopback import Meter, nginx
from tests.netem import why_not

pytestmark = pytest.mark.bench
CLIP_SECONDS = 12
WIRE_SECONDS = 36
RUNS = 4


@dataclass
class Clip:
    """A piece of the demo show as raw pictures and sound."""

    media: MediaFormat
    pictures: Path
    sound: Path

    def sender(self, url: str, seconds: int) -> list[str]:
        rendition = asdict(RenditionConfig(self.media, (parse(url),)))
        config = {"rendition": rendition, "pictures": str(self.pictures), "sound": str(self.sound),
                  "preset": "veryfast", "seconds": seconds}  # fmt: skip
        return [sys.executable, "-m", "tests.bench.sender", json.dumps(config)]

    def ffmpeg(self, url: str, seconds: float) -> list[str]:
        media, gop = self.media, 2 * self.media.fps
        return ["ffmpeg", "-v", "error", "-re", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{media.width}x{media.height}",
                "-r", str(media.fps), "-i", str(self.pictures), "-re", "-i", str(self.sound), "-t", str(seconds),
                "-c:v", "libx264", "-threads", "1", "-preset", "veryfast", "-tune", "zerolatency", "-b:v", str(media.bitrate),
                "-maxrate", str(media.bitrate), "-bufsize", str(media.bitrate // 5),
                "-x264-params", f"keyint={gop}:min-keyint={gop}:scenecut=0:filler=1",
                "-c:a", "aac", "-aac_coder", "fast", "-ac", "2", "-b:a", "128k", "-f", "flv", url]  # fmt: skip


@pytest.fixture(scope="module", params=["480p20", "720p25", "1080p30"])
def clip(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Clip:
    tmp_path = tmp_path_factory.mktemp("clip")
    height, width, fps, bitrate = FORMATS[request.param]
    shutil.copytree(PERSONA, tmp_path / "p")
    text = (tmp_path / "p/persona.yaml").read_text()
    (tmp_path / "p/persona.yaml").write_text(text.replace("format: 720p25", f"format: {request.param}"))
    run = anchor(
        "render", str(tmp_path / "p"), "--seconds", str(CLIP_SECONDS), "-o", str(tmp_path / "c.mp4"), seconds=300
    )
    assert run.returncode == 0, run.stderr
    made = Clip(MediaFormat(width, height, fps, bitrate), tmp_path / "c.yuv", tmp_path / "c.wav")
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(tmp_path / "c.mp4"), "-map", "0:v", "-f", "rawvideo", "-pix_fmt", "yuv420p",
                    str(made.pictures), "-map", "0:a", "-ac", "1", str(made.sound)], check=True)  # fmt: skip
    return made


def name(media: MediaFormat) -> str:
    return f"{media.width}x{media.height} at {media.fps}, {media.bitrate // 1000} kbit/s"


def test_how_steady_the_wire_is(clip: Clip) -> None:
    with nginx() as server:
        meter = Meter(server.port)
        subprocess.run(
            clip.sender(f"rtmp://127.0.0.1:{meter.port}/live/k", WIRE_SECONDS), check=True, capture_output=True
        )
        meter.close()
    asked, parts = clip.media.total_bitrate, []
    for seconds in (1, 2):
        seen = meter.windows(seconds, clip.media.fps)
        mean = statistics.mean(seen)
        worst = max(abs(rate / mean - 1) for rate in seen)
        if seconds == 1:
            framed = wire_rate(clip.media) / 1.003
            parts.append(
                f"mean {mean / asked - 1:+.2%} of picture and sound, {mean / framed - 1:+.2%} with RTMP's headers"
            )
        parts.append(f"{seconds} s windows ± {statistics.pstdev(seen) / mean:.2%}, worst {worst:.2%}")
    ROWS.append((f"wire, {name(clip.media)}", "; ".join(parts)))


def cpu_of(command: list[str]) -> tuple[float, str]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, run.stdout


def test_cpu_of_sending_beside_ffmpeg(clip: Clip) -> None:
    """Both without their start: ours counts from the first picture, and ffmpeg's start is taken off."""
    ours, theirs, starts = [], [], []
    with nginx() as server:
        for turn in range(RUNS):
            ours.append(json.loads(cpu_of(clip.sender(server.url(f"a{turn}"), CLIP_SECONDS))[1])["cpu"])
            theirs.append(cpu_of(clip.ffmpeg(server.url(f"b{turn}"), CLIP_SECONDS))[0])
            starts.append(cpu_of(clip.ffmpeg(server.url(f"c{turn}"), 1 / clip.media.fps))[0])
    peer = sum(theirs) - sum(starts)
    ROWS.append((f"CPU air / ffmpeg, {name(clip.media)}",
                 f"{sum(ours) / peer:.2f} ({sum(ours) / RUNS:.2f} s and {peer / RUNS:.2f} s for {CLIP_SECONDS} s, {RUNS} runs in turn)"))  # fmt: skip


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_how_long_faults_are_felt(tmp_path: Path) -> None:
    results, end = sufferings(tmp_path)
    for found in results:
        times = [f"noticed {found.noticed:.1f} s" if found.noticed is not None else "",
                 f"back {found.back:.1f} s after the cure" if found.back is not None else "",
                 f"worst tick {found.late_ms:.0f} ms late"]  # fmt: skip
        ROWS.append((found.name, ", ".join(t for t in times if t) + f"; {found.said[:90]}"))
    ROWS.append(("all faults", f"{end['ticks']:.0f} ticks in a recording beside them, {end['skipped']:.0f} skipped"))
