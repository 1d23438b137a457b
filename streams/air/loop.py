"""The tick loop: one picture and its sound every 1/fps of a second, whatever else happens."""

from __future__ import annotations

import gc
import json
import logging
import os
import queue
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from streams.air.encoder import SoundEncoder
from streams.air.links import Links, Orphaned
from streams.air.programme import Full
from streams.air.rendition import AsideRendition, Rendition, RenditionConfig, Sizes
from streams.air.stage import Stage, StageConfig
from streams.clock import Clock, Metronome
from streams.deliver.mux import Tracks
from streams.wire import AirStatus, Cut, NoRoom, Scheduled, Welcome, Yield, Yielded

log = logging.getLogger(__name__)

CLOSE_SECONDS = 3.0
READY_PATIENCE = 10.0
STUCK_SECONDS = 10.0
WATCHES = 4
"""how often a second the destinations are measured"""


@dataclass(frozen=True, slots=True)
class AirConfig:
    renditions: tuple[RenditionConfig, ...]
    """the first has the size and speed of the picture itself"""
    stage: StageConfig
    sockets: dict[str, str]
    """where air listens, under "air"; of the others nothing is used"""
    seconds: float = 0.0
    """0: for ever"""
    preset: str = "veryfast"
    patience: float = 30.0
    """seconds to wait for the face before going on air without it"""
    aigc: str = ""
    """what the stream's metadata say of its artificial origin, as JSON"""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> AirConfig:
        renditions = tuple(RenditionConfig.from_json(rendition) for rendition in data["renditions"])
        return cls(**{**data, "renditions": renditions, "stage": StageConfig.from_json(data["stage"])})


class Air:
    """Everything on air. ``report`` is a descriptor on which the supervisor hears about ready and ticks."""

    def __init__(self, config: AirConfig, clock: Clock, report: int | None = None) -> None:
        """Raises NoEncoder, MissingFont, BadSound or OSError."""
        self._config, self._clock, self._report_to = config, clock, report
        self._media = media = config.renditions[0].media
        self._stage = Stage(media, config.stage, lambda _: time.time())
        self._sound = SoundEncoder(media)
        self._sizes = Sizes()
        self._renditions: list[Rendition] = []
        metadata = {"AIGC": config.aigc} if config.aigc else {}
        number = 1
        for rendition in config.renditions:
            tracks = Tracks(rendition.media, self._sound.template, metadata)
            # only x264 is fast enough everywhere to code between two ticks
            inline = not self._renditions and rendition.media.codec == "h264"
            kind = Rendition if inline else AsideRendition
            self._renditions.append(kind(rendition, media.fps, tracks, config.preset, number))
            number += len(rendition.targets)
        self._session = os.urandom(6).hex()
        preview = self._renditions[0].preview()
        self._links = Links(Path(config.sockets["air"]), self._stage, self._session, preview)
        self._metronome = Metronome(clock, media.fps)
        self._skipped = 0
        self._force_key = False
        self._scored = 0
        self._ticks = 0
        self._stopping = False
        self._ready = False

    def stop(self) -> None:
        """End after the current tick; safe in a signal handler."""
        self._stopping = True

    def run(self) -> None:
        """Until stop() or the configured seconds are over; then everything is closed properly."""
        self._await_face()
        for rendition in self._renditions:
            rendition.start()
        last = max(1, round(self._config.seconds * self._media.fps)) if self._config.seconds else None
        gc.collect()
        gc.freeze()  # what lives from here on is small, so collections are short
        self._stage.scene.start()
        self._metronome.begin()
        self._links.go_live()
        log.info("on air", extra={"size": f"{self._media.width}x{self._media.height}", "fps": self._media.fps})
        tick = 0
        while not self._stopping and (last is None or tick < last):
            behind = self._metronome.wait(tick)
            if behind:
                log.warning("clock skipped forward", extra={"ticks": behind})
                self._skipped += behind
                self._stage.programme.skip(behind)
                tick += behind
                self._force_key = True
            self._tick(tick)
            tick += 1
        self._finish()

    def _await_face(self) -> None:
        deadline = self._clock.now() + self._config.patience
        while not self._stage.feed.ready and not self._stopping:
            if self._clock.now() > deadline:
                log.warning("the face is not ready; on air without it", extra={"waited": self._config.patience})
                return
            self._clock.sleep(0.05)

    def _tick(self, tick: int) -> None:
        stage, media = self._stage, self._media
        self._ticks += 1
        self._obey(tick)
        for ahead in range(max(self._scored + 1, tick), tick + stage.ahead.lead + 1):
            self._links.send_score(stage.score(ahead))
            self._scored = ahead
        frame, sound = stage.make(tick)
        coded = self._sound.encode(tick, sound)
        self._sizes.show(frame)
        for rendition in self._renditions:
            rendition.hand_out()  # right before coding, which needs no GIL: the destinations' threads get it at once
        for rendition in self._renditions:
            rendition.push(tick, self._sizes, coded, self._force_key)
        self._force_key = False
        if reports := stage.programme.take_reports():
            self._links.report(reports, self._floor())
        if tick * WATCHES % media.fps < WATCHES:
            for rendition in self._renditions:
                rendition.watch(self._clock.now())
        if tick % media.fps == 0:
            self._each_second(tick)

    def _obey(self, tick: int) -> None:
        programme = self._stage.programme
        while True:
            try:
                command = self._links.commands.get_nowait()
            except queue.Empty:
                return
            if isinstance(command, Cut):
                programme.cut(tick, command.key)
                self._scored = tick - 1  # the face drew these ticks with the mouth still moving
            elif isinstance(command, Yield):
                after = round((command.after - self._metronome.start) * self._media.rate)
                dropped, cut = programme.yield_(tick, command.keys, command.cuttable, after)
                self._links.tell_brain(Yielded(command.id, dropped, cut, self._when(programme.end)))
                if dropped or cut:
                    self._scored = tick - 1  # as above
            elif isinstance(command, Orphaned):
                programme.close_open()
            else:
                try:
                    start, end = programme.add(command, tick)
                except Full as error:
                    log.error("speech not taken", extra={"why": error})
                    self._links.tell_brain(NoRoom(command.cue, command.seq))
                    continue
                self._links.tell_brain(Scheduled(command.cue, command.seq, self._when(start), self._when(end)))
            self._links.report([], self._floor())

    def _when(self, sample: int) -> float:
        """Monotonic seconds at which a stream sample leaves."""
        return self._metronome.start + sample / self._media.rate

    def _floor(self) -> Welcome:
        programme = self._stage.programme
        return Welcome(self._when(programme.end), tuple(programme.waiting()))

    def _each_second(self, tick: int) -> None:
        now = time.monotonic()
        destinations = [found for rendition in self._renditions for found in rendition.destinations(now)]
        counts = self._stage.feed.counts
        self._links.tell_brain(
            AirStatus(
                tick=tick,
                at=now,
                skipped=self._skipped,
                worst_late_ms=round(self._metronome.worst * 1000, 1),
                late_ms=round(self._metronome.lately * 1000, 1),
                pictures=asdict(counts),
                captions_missed=self._stage.scene.missed,
                film_late=self._stage.scene.film_late,
                face=self._links.face_attached,
                renditions=tuple(rendition.status() for rendition in self._renditions),
                destinations=tuple(destinations),
            )
        )
        self._metronome.lately = 0.0
        deliveries = [delivery for rendition in self._renditions for delivery in rendition.deliveries]
        sent = any(d.first_sent.is_set() for d in deliveries) or not deliveries
        if not self._ready and (sent or tick >= READY_PATIENCE * self._media.fps):
            self._ready = True
            live = sum(d["state"] in ("live", "congested") for d in destinations)
            self._tell_supervisor({"event": "ready", "status": f"on air, {live} of {len(destinations)} destinations"})
        if self._renditions[0].silent() < STUCK_SECONDS:  # a clock without pictures is no sign of life
            self._tell_supervisor({"event": "tick", "tick": tick})

    def _tell_supervisor(self, event: dict[str, Any]) -> None:
        if self._report_to is None:
            return
        try:
            os.write(self._report_to, json.dumps(event).encode() + b"\n")
        except BlockingIOError:
            pass  # the supervisor is slow; the next second brings another
        except OSError:
            self._report_to = None

    def _finish(self) -> None:
        for rendition in self._renditions:
            rendition.finish()
        deadline = time.monotonic() + CLOSE_SECONDS
        for rendition in self._renditions:
            rendition.close(deadline)
        log.info(
            "off air",
            extra={
                "ticks": self._ticks,
                "skipped": self._skipped,
                "worst_late_ms": round(self._metronome.worst * 1000, 1),
                **asdict(self._stage.feed.counts),
            },
        )
        self._sound.close()
        self._stage.scene.close()
        self._links.close()
