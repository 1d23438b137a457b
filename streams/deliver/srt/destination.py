"""A constant-rate transport stream to an SRT listener, or over the better of two callers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import av

from streams.backoff import Backoff
from streams.deliver.mux import Muxer, Tracks
from streams.deliver.srt.libsrt import PAYLOAD, Caller, SrtFile, knock
from streams.ports import Packets, Refused, Transient
from streams.secrets import MissingSecret, resolve
from streams.types import EncodedPacket, MediaFormat, Wire

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.25
"""how often the two links are compared"""
BAD_SECONDS = 1.0
"""a link that is bad for so long is left, when the other is up"""
GRUDGE_SECONDS = 10.0
"""how long a link that was left is not taken back for a better one"""
REDIAL_SECONDS = 2.0
STEADY_SECONDS = 10.0
"""a link that was up for so long is dialled again soon"""
REFUSED_SECONDS = 60.0
"""a link that is refused is not asked again sooner"""
GAP_SECONDS = 1.0
BAD_LOSS = 0.1


def mux_rate(media: MediaFormat) -> int:
    """Bits per second of the transport stream: picture and sound, 6 % for its headers, 4 % of room."""
    return int(media.total_bitrate * 1.10)


class SrtDestination:
    """``callers``: one, or two of which one carries and the other stands by. Their ``streamid`` and ``passphrase`` may
    be references to secrets. ``steady``: stuff the stream to a constant rate, which an adapting one must not."""

    def __init__(self, name: str, callers: Sequence[Caller], tracks: Tracks, steady: bool = True) -> None:
        self.name = name
        self._callers, self._tracks, self._steady = tuple(callers), tracks, steady
        self._lines: tuple[_Line, ...] = ()
        self._carrier: _Line | None = None

    def run(self, packets: Packets) -> None:
        self._lines = lines = tuple(_Line(caller, self._tracks, self._steady) for caller in self._callers)
        try:
            first = self._dial(lines)
            spare = _Spare(self.name, [line for line in lines if line is not first]) if len(lines) > 1 else None
            try:
                self._send(first, spare, packets)
            finally:
                if spare is not None:
                    spare.close()
        finally:
            self._carrier = None
            for line in lines:
                line.close()

    @staticmethod
    def _dial(lines: Sequence[_Line]) -> _Line:
        """The first line that can be had; raises what all of them say, Refused only when none may come back."""
        for line in lines:
            line.dial()
            if line.up:
                return line
        failed = Refused if all(line.refused for line in lines) else Transient
        raise failed("; backup: ".join(line.trouble or "closed by the other side at once" for line in lines))

    def _send(self, carrier: _Line, spare: _Spare | None, packets: Packets) -> None:
        self._carrier = carrier
        leaving: _Line | None = None
        lost = False
        for packet in packets:
            if leaving is not None and packet.keyframe and packet.kind == "video":
                # the old line has carried on up to here, so nothing is missing
                if spare is not None:
                    spare.keep(carrier)
                carrier, leaving, lost = leaving, None, False
                self._carrier = carrier
            if not lost:
                try:
                    carrier.send(packet)
                except Transient:
                    if spare is None:
                        raise
                    lost = True
                    carrier.close()
            if leaving is None and spare is not None and (lost or carrier.bad(time.monotonic())):
                leaving = spare.take(needed=lost)
                if leaving is not None:
                    packets.ask_keyframe()
                elif lost:
                    raise Transient("connection lost, and the backup link is not up")
        if not lost:
            carrier.finish()

    def reachable(self) -> bool:
        return any(knock(caller.host, caller.port) for caller in self._callers)

    def renewed(self) -> bool:
        return any(line.renewed() for line in self._lines)

    def measure(self) -> Wire | None:
        carrier, lines = self._carrier, self._lines  # the thread that runs replaces them
        wire = carrier.measure() if carrier is not None else None
        if wire is None or len(lines) < 2:
            return wire
        main, backup = lines
        other = backup if carrier is main else main
        return replace(wire, link="main" if carrier is main else "backup", spare="up" if other.up else other.trouble)

    def stop(self) -> None:
        for line in self._lines:
            line.close()


class _Line:
    """One caller: its connection and the transport stream on it."""

    def __init__(self, caller: Caller, tracks: Tracks, steady: bool) -> None:
        self._caller, self._tracks = caller, tracks
        self._used: Caller | None = None
        self._options = {"muxrate": str(mux_rate(tracks.media)), "pcr_period": "20"} if steady else {"pcr_period": "20"}
        self._file: SrtFile | None = None
        self._muxer: Muxer | None = None
        self._looked = 0.0
        self._bad_since: float | None = None
        self._dropped = 0
        self._sent_at = float("-inf")
        self.left_at = float("-inf")
        self.trouble = ""
        """why it could not be had at the last try"""
        self.refused = False
        self.again_at = float("-inf")
        self._up_at = float("inf")
        self._waits = Backoff(REDIAL_SECONDS)

    def dial(self) -> None:
        """Try to connect; on failure tells it by ``trouble``, ``refused`` and ``again_at``."""
        self.close()
        self._file, self._muxer = None, None
        try:
            self._used = self._resolved()
            self._file = SrtFile(self._used)
        except (Transient, Refused) as error:
            self.trouble, self.refused = str(error), isinstance(error, Refused)
            self.again_at = time.monotonic() + (REFUSED_SECONDS if self.refused else REDIAL_SECONDS)
        else:
            self.trouble, self.refused, self._up_at = "", False, time.monotonic()

    def lost(self) -> bool:
        """Whether it was connected and is no more; told by ``trouble`` and ``again_at`` too."""
        if self._file is None or self._file.up:
            return False
        self.trouble = "closed by the other side"
        now = time.monotonic()
        if now - self._up_at > STEADY_SECONDS:
            self._waits.reset()
        self.again_at = now + self._waits.next()
        self.close()
        self._file = None
        return True

    def _resolved(self) -> Caller:
        caller = self._caller
        try:
            return replace(caller, streamid=resolve(caller.streamid), passphrase=resolve(caller.passphrase))
        except MissingSecret as error:
            raise Refused(str(error)) from error

    def renewed(self) -> bool:
        """Whether its secrets are others than at the last try."""
        try:
            return self._resolved() != self._used
        except Refused:
            return False

    @property
    def up(self) -> bool:
        file = self._file  # another thread may take it away
        return file is not None and file.up

    def send(self, packet: EncodedPacket) -> None:
        """The first packet after :meth:`dial` or :meth:`rest` must be a keyframe. Raises Transient."""
        assert self._file is not None
        now = float(packet.dts * packet.time_base)
        if packet.keyframe and now - self._sent_at > GAP_SECONDS:
            self._muxer = None  # a constant rate would be made up for with all the empty packets of the gap
        self._sent_at = now
        if self._muxer is None:
            self._muxer = Muxer(self._file, "mpegts", self._tracks, self._options, buffer_size=PAYLOAD * 7)
        self._muxer.mux(packet)

    def rest(self) -> None:
        """Carry nothing for a while; the connection stays."""
        try:
            if self._muxer is not None and self._file is not None and self._file.up:
                self._muxer.close()
                self._file.flush()
        except (Transient, av.FFmpegError):
            pass  # it was left because it was lost; the muxer repeats that in words of its own
        self._muxer, self._bad_since = None, None
        self.left_at = time.monotonic()

    def bad(self, now: float) -> bool:
        """Whether this line has delivered badly for a second."""
        if now - self._looked < LOOK_SECONDS:
            return False
        self._looked = now
        wire = self.measure()
        if wire is None or self._file is None:
            return False  # lost altogether: sending says so
        fails = self._file.overdue or wire.loss > BAD_LOSS or wire.dropped > self._dropped
        self._dropped = wire.dropped
        self._bad_since = (self._bad_since or now) if fails else None
        return self._bad_since is not None and now - self._bad_since >= BAD_SECONDS

    def measure(self) -> Wire | None:
        file = self._file
        return file.measure(self._tracks.media.total_bitrate) if file is not None else None

    def finish(self) -> None:
        """Send the end of the stream and let it arrive."""
        if self._muxer is not None and self._file is not None:
            self._muxer.close()
            self._file.drain(self._caller.latency_ms / 1000 + 0.1)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


class _Spare:
    """Keeps the line that does not carry connected, in a thread of its own, and logs when it cannot be had."""

    def __init__(self, name: str, lines: Sequence[_Line]) -> None:
        self._name, self._idle = name, list(lines)
        self._told = ""
        self._changed = threading.Condition()
        self._open = True
        self._thread = threading.Thread(target=self._keep_dialling, name="srt spare", daemon=True)
        self._thread.start()

    def keep(self, line: _Line) -> None:
        """A line that has just been left."""
        line.rest()
        with self._changed:
            self._idle.append(line)
            self._changed.notify()

    def take(self, needed: bool) -> _Line | None:
        """A line that is up; one that was left lately only when it is ``needed``."""
        with self._changed:
            for line in self._idle:
                if line.up and (needed or time.monotonic() - line.left_at > GRUDGE_SECONDS):
                    self._idle.remove(line)
                    return line
        return None

    def close(self) -> None:
        with self._changed:
            self._open = False
            self._changed.notify()
        self._thread.join(1.0)

    def _keep_dialling(self) -> None:
        while self._open:
            with self._changed:
                for line in self._idle:
                    if line.lost() or line.up:
                        self._tell(line.trouble)  # up only now: one that is closed at once never was
                now = time.monotonic()
                down = [line for line in self._idle if not line.up and (now >= line.again_at or line.renewed())]
            for line in down:
                try:
                    line.dial()
                except Exception as error:  # noqa: BLE001 - the boundary of this thread: without it no second link
                    line.trouble, line.again_at = repr(error), time.monotonic() + REFUSED_SECONDS
                if line.trouble:
                    self._tell(line.trouble)
                if not self._open:
                    line.close()
            with self._changed:
                self._changed.wait_for(lambda: not self._open, REDIAL_SECONDS)

    def _tell(self, trouble: str) -> None:
        """Once for each cause, and once when it is over."""
        if trouble and trouble != self._told:
            log.warning("second link is not up", extra={"destination": self._name, "why": trouble})
        elif self._told and not trouble:
            log.info("second link up", extra={"destination": self._name})
        self._told = trouble
