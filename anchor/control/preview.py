"""What is on air, in a browser: the coded stream as fragmented MP4 over a WebSocket, and a page that plays it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict
from pathlib import Path

from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.responses import HTMLResponse

from anchor.control.origin import same_origin
from streams.alink import AsyncLink
from streams.link import LinkError
from streams.wire import Hello, Media, PreviewFormat, TooManyViewers

log = logging.getLogger(__name__)

SEND_SECONDS = 10.0
GONE, REFUSED, FULL = 1012, 1008, 1013
"""WebSocket close codes: try again, not you, too many"""


def add(app: FastAPI, air: Path) -> None:
    """``/preview`` and ``/ws/preview``; ``air`` is the socket of the air process."""

    @app.get("/preview", response_class=HTMLResponse)
    def page() -> str:
        return _PAGE

    @app.websocket("/ws/preview")
    async def preview(socket: WebSocket) -> None:
        if not same_origin(socket.headers.get("origin"), socket.headers.get("host")):
            await socket.close(REFUSED, "cross-site request")
            return
        await socket.accept()
        try:
            link = await AsyncLink.connect(air)
        except LinkError:
            await socket.close(GONE, "cannot reach air")
            return
        try:
            async with asyncio.TaskGroup() as group:
                leaving = group.create_task(_until_gone(socket, link))
                await _pass_on(link, socket)
                leaving.cancel()
        except* (WebSocketDisconnect, LinkError, TimeoutError, RuntimeError):
            pass  # the viewer is gone, or so slow that it had better come anew
        finally:
            link.close()


async def _until_gone(socket: WebSocket, link: AsyncLink) -> None:
    """A viewer has nothing to say; its going is what is waited for."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
    link.close()


async def _pass_on(link: AsyncLink, socket: WebSocket) -> None:
    """First a JSON text with the MIME type for MediaSource, then the bytes: the initial segment, then fragments."""
    await link.send(Hello("preview"))
    form = await link.receive()
    if isinstance(form, TooManyViewers):
        await socket.close(FULL, f"{form.viewers} viewers are watching already")
        return
    if not isinstance(form, PreviewFormat):
        raise LinkError("no preview")
    start = b""
    while b"moov" not in start or b"moof" not in start:
        start += await _media(link)
    await socket.send_json({"mime": mime(start, form.codec), **asdict(form)})
    await socket.send_bytes(start)
    while True:
        data = await _media(link)
        async with asyncio.timeout(SEND_SECONDS):
            await socket.send_bytes(data)


async def _media(link: AsyncLink) -> bytes:
    media = await link.receive()
    if not isinstance(media, Media):
        raise LinkError("no media")
    return media.data


def mime(start: bytes, coded: str) -> str:
    """The MIME type of a stream that starts with these bytes; ``coded`` is h264, hevc or av1."""
    codec = {"hevc": "hvc1.1.6.L120.90", "av1": "av01.0.08M.08"}.get(coded)
    if codec is None:
        profile = start.partition(b"avcC")[2][1:4]  # ISO 14496-15, 5.3.3.1: profile, compatibility, level
        codec = f"avc1.{profile.hex()}"
    return f'video/mp4; codecs="{codec}, mp4a.40.2"'


_PAGE = """<!doctype html><meta charset="utf-8"><title>anchor · preview</title>
<style>body{margin:0;background:#111;color:#ccc;font:14px sans-serif;display:grid;place-items:center;min-height:100vh}
video{max-width:96vw;max-height:92vh;background:#000}</style>
<video id="v" muted autoplay playsinline controls></video><div id="s">…</div>
<script>
const video = document.getElementById('v'), say = text => { document.getElementById('s').textContent = text };
function watch() {
  const socket = new WebSocket(location.href.replace(/^http/, 'ws').replace(/preview.*/, 'ws/preview'));
  socket.binaryType = 'arraybuffer';
  const waiting = []; let buffer = null;
  const feed = () => {
    if (!buffer || buffer.updating || !waiting.length) return;
    const end = buffer.buffered.length ? buffer.buffered.end(buffer.buffered.length - 1) : 0;
    if (end - video.currentTime > 3) video.currentTime = end - 0.3;      // a tab that slept goes on at the live edge
    const start = buffer.buffered.length ? buffer.buffered.start(0) : 0;
    if (end - start > 60) return buffer.remove(start, end - 20);
    try { buffer.appendBuffer(waiting.shift()) } catch (error) { socket.close() }
  };
  socket.onmessage = ({data}) => {
    if (typeof data !== 'string') { waiting.push(data); if (waiting.length > 500) socket.close(); return feed() }
    const {mime, width, height} = JSON.parse(data);
    if (!MediaSource.isTypeSupported(mime)) return say('this browser does not play ' + mime);
    const source = new MediaSource(); video.src = URL.createObjectURL(source);
    source.onsourceopen = () => { buffer = source.addSourceBuffer(mime); buffer.onupdateend = feed; feed() };
    say(width + '×' + height + ' on air');
  };
  socket.onclose = ({reason}) => { say(reason || 'not on air; trying again'); setTimeout(watch, 2000) };
}
watch();
</script>
"""
