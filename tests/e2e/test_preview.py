"""What a browser gets: the stream as it is, from a keyframe on, for those who come late too."""

import io
import json
import time
from pathlib import Path

import av
import pytest
from PIL import Image
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from streams.air import slate
from tests.browser import chromium
from tests.clapper import _luma, receive
from tests.e2e.onair import OnAir
from tests.loopback import until


def watch(show: OnAir, seconds: float, **options: str) -> tuple[dict[str, object], bytes]:
    with connect(f"ws://127.0.0.1:{show.port}/ws/preview", max_size=None, **options) as socket:  # type: ignore[arg-type]
        told = json.loads(socket.recv(10))
        until_when = time.monotonic() + seconds
        socket.send(b"a viewer")  # has nothing to say, and is not thrown out for it
        socket.send("may talk")
        data = b""
        while time.monotonic() < until_when:
            piece = socket.recv(10)
            assert isinstance(piece, bytes)
            data += piece
    return told, data


def test_viewers_early_and_late_see_consecutive_pictures_from_a_keyframe(tmp_path: Path) -> None:
    with OnAir(tmp_path, "--to", f"file:{tmp_path}/x.flv", "--clapper", "--preset", "superfast") as show:
        show.wait_for("air connected")
        for wait in (0.0, 1.3):  # the second comes in the middle of a group of pictures
            time.sleep(wait)
            told, data = watch(show, 4.0)
            assert str(told["mime"]).startswith('video/mp4; codecs="avc1.')
            with av.open(io.BytesIO(data)) as container:
                assert container.streams.audio and container.streams.video[0].codec_context.name == "h264"
                ticks = [slate.read(_luma(frame)) for frame in container.decode(video=0)]
            assert len(ticks) > 25 and None not in ticks
            assert [t - ticks[0] for t in ticks] == list(range(len(ticks)))  # type: ignore[operator]
            (tmp_path / "seen.mp4").write_bytes(data)
            assert set(receive(tmp_path / "seen.mp4").offsets().values()) == {0.0}, "sound and picture belong together"
        until(lambda: not show.said("link up", "role=preview") or len(show.said("link closed", "role=preview")) + len(show.said("link lost")) >= 2)  # fmt: skip
        code, page = show.get("/preview")
        assert code == 200 and "MediaSource" in page
        with pytest.raises((InvalidStatus, ConnectionClosed)):
            watch(show, 1.0, origin="http://evil.example")
        assert show.end() == 0


def test_a_browser_plays_it(tmp_path: Path) -> None:
    with OnAir(tmp_path, "--to", f"file:{tmp_path}/x.flv", "--preset", "superfast") as show:
        show.wait_for("air connected")
        with chromium(tmp_path, f"http://127.0.0.1:{show.port}/preview") as page:
            until(lambda: page.evaluate("video.videoWidth") == 720 and page.evaluate("video.videoHeight") == 1280)
            until(lambda: page.evaluate("video.currentTime") > 2)
            first = page.evaluate("video.currentTime")
            time.sleep(2)
            assert page.evaluate("video.currentTime") - first > 1 and page.evaluate("video.error") is None
            assert "on air" in page.evaluate("document.getElementById('s').textContent")
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            assert len(picture.resize((60, 100)).getcolors(6000) or []) > 200  # a show, not a black square
            picture.save(tmp_path / "preview.png")
            # air dies: the page tries until it is back
            show.kill("air")
            until(lambda: "trying again" in page.evaluate("document.getElementById('s').textContent"))
            until(lambda: "on air" in page.evaluate("document.getElementById('s').textContent"), 30)
            again = page.evaluate("video.currentTime")
            until(lambda: page.evaluate("video.currentTime") > again + 1 or page.evaluate("video.currentTime") < again)
        assert show.end() == 0
