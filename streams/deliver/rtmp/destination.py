"""An RTMP ingest: logs in, follows redirects, publishes until the packets end."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from urllib.parse import urlsplit

from streams.deliver.mux import Muxer, Tracks
from streams.deliver.rtmp import client as rtmp_client
from streams.deliver.rtmp.client import HungUp, RtmpFile
from streams.deliver.rtmp.protocol import Publisher, RtmpChallenge, RtmpRedirect, RtmpRefused, credentials
from streams.deliver.tcp import Endpoint
from streams.ports import Packets, Refused, Transient
from streams.secrets import MissingSecret, resolve
from streams.types import Wire

SESSION_SECONDS = 20 * 86_400.0
"""FLV's milliseconds wrap after 24.8 days, and servers take the wrap badly: a new connection well before"""
KNOCK_SECONDS = 1.0
ROUNDS = 5
"""how often one attempt may be redirected or asked to log in"""
_FOURCC = {"h264": "", "hevc": "hvc1", "av1": "av01"}


class RtmpDestination:
    """An RTMP or RTMPS ingest. ``path``, ``key`` and ``password`` may be references to secrets; the last part of
    ``path`` is the key where ``key`` is empty."""

    def __init__(
        self, name: str, endpoint: Endpoint, path: str, key: str, tracks: Tracks, user: str = "", password: str = ""
    ) -> None:
        self.name = name
        self._endpoint = endpoint
        self._path, self._key = path, key
        self._user, self._password = user, password
        self._tracks = tracks
        self._file: RtmpFile | None = None
        self._used: tuple[str, ...] | None = None
        self._former: socket.socket | None = None
        self._private: tuple[str, ...] = ()
        self._accepted: tuple[str, ...] | None = None

    def run(self, packets: Packets) -> None:
        self._used = secrets = self._secrets()
        self._private = (secrets[0].partition("?")[2], *secrets[1:])
        try:
            file = self._open(*secrets)
            self._accepted = secrets
            self._publish(file, packets)
        except (Transient, Refused) as error:
            text = _without(str(error), self._private)
            # what a server says by hanging up: a key that it has never taken is wrong, another is still in use
            unknown = isinstance(error, HungUp) and error.asked == "publish" and self._accepted != secrets
            raise (Refused if unknown or isinstance(error, Refused) else Transient)(text) from None

    def _open(self, app: str, key: str, password: str) -> RtmpFile:
        endpoint, query = self._endpoint, ""
        for _ in range(ROUNDS):
            mark = "&" if "?" in app else "?"
            whole = app + (mark + query if query else "")
            scheme = "rtmps" if endpoint.tls else "rtmp"
            host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
            fourcc = _FOURCC[self._tracks.media.codec]
            publisher = Publisher(whole, f"{scheme}://{host}:{endpoint.port}/{whole}", key, fourcc)
            try:
                return RtmpFile(endpoint, publisher, self._tracks.media, self._former)
            except RtmpRedirect as redirect:
                endpoint, app = _follow(endpoint, app, redirect.url)
                self._private += (app.partition("?")[2],)
            except RtmpChallenge as challenge:
                if not self._user:
                    raise Refused("the server wants a user and a password: rtmp://USER:@NAME@host/…") from None
                try:
                    query = credentials(challenge.text, self._user, password)
                except RtmpRefused as error:
                    raise Refused(str(error)) from error
        raise Transient(f"sent on {ROUNDS} times without an end")

    def _publish(self, file: RtmpFile, packets: Packets) -> None:
        self._file = file
        try:
            muxer = Muxer(file, "flv", self._tracks, buffer_size=4096)
            for packet in packets:
                if packet.keyframe and muxer.seconds(packet) > SESSION_SECONDS:
                    break
                muxer.mux(packet)
            muxer.close()
            file.finish()
        except BaseException:
            self._file, self._former = None, file.leave()
            raise
        self._file = None
        file.close()

    def _secrets(self) -> tuple[str, str, str]:
        """Application, key and password; raises Refused when a secret is missing."""
        path, mark, query = self._path.partition("?")
        try:
            password = resolve(self._password)
            if self._key:
                return path.strip("/") + mark + query, resolve(self._key), password
            app, _, last = path.strip("/").rpartition("/")
            return app, resolve(last) + mark + query, password
        except MissingSecret as error:
            raise Refused(str(error)) from error

    def reachable(self) -> bool:
        return rtmp_client.knock(self._endpoint, KNOCK_SECONDS)

    def renewed(self) -> bool:
        try:
            return self._secrets() != self._used
        except Refused:
            return False

    def measure(self) -> Wire | None:
        file = self._file
        return file.measure() if file is not None else None

    def stop(self) -> None:
        file = self._file
        if file is not None:
            file.close()


def _follow(endpoint: Endpoint, app: str, url: str) -> tuple[Endpoint, str]:
    """Where a redirect leads; raises Refused for one that leads out of TLS or nowhere."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    tls = parts.scheme == "rtmps"
    if parts.scheme not in ("rtmp", "rtmps") or not host or (endpoint.tls and not tls):
        raise Refused("the server sends us to an address that cannot be used")
    path = parts.path.strip("/") + (f"?{parts.query}" if parts.query else "")
    return replace(endpoint, host=host, port=port or (443 if tls else 1935), tls=tls), path or app


def _without(text: str, secrets: tuple[str, ...]) -> str:
    """The text without any of the secrets, nor the parts of them around a query's mark, nor the query's values."""
    for secret in secrets:
        name, _, query = secret.partition("?")
        for piece in (secret, name, query, *re.findall(r"=([^&]+)", secret)):
            if len(piece) >= 4:
                text = text.replace(piece, "***")
    return text
