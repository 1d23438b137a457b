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

from streams.air.control import Control, Cut, Orphaned
from streams.air.delivery import Delivery
from streams.air.destinations import Target, make
from streams.air.encoder import Encoder
from streams.air.fanout import Fanout
from streams.air.programme import Full
from streams.air.stage import Stage, StageConfig
from streams.clock import Clock, Metronome
from streams.types import MediaFormat

log = logging.getLogger(__name__)

QUEUE_SECONDS = 4
CLOSE_SECONDS = 3.0
READY_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class AirConfig:
    media: MediaFormat
    stage: StageConfig
    targets: tuple[Target, ...]
    socket: str
    seconds: float = 0.0
    """0: for ever"""
    preset: str = "veryfast"
    patience: float = 30.0
    """seconds to wait for the face before going on air without it"""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> AirConfig:
        targets = (Target(**{**t, "options": tuple(map(tuple, t["options"]))}) for t in data["targets"])
        return cls(
            **{
                **data,
                "media": MediaFormat(**data["media"]),
                "stage": StageConfig(**data["stage"]),
                "targets": tuple(targets),
            }
        )


class Air:
    """Everything on air. ``report`` is a descriptor on which the supervisor hears about ready and ticks."""

    def __init__(self, config: AirConfig, clock: Clock, report: int | None = None) -> None:
        self._config, self._clock, self._report_to = config, clock, report
        self._media = config.media
        self._stage = Stage(config.media, config.stage)
        self._encoder = Encoder(config.media, config.preset)
        self._fanout = Fanout()
        limit = (config.media.bitrate + config.media.audio_bitrate) // 8 * QUEUE_SECONDS
        self._deliveries = [
            Delivery(make(target, number, config.media, self._encoder.sound_template), self._fanout.outlet(limit))
            for number, target in enumerate(config.targets, 1)
        ]
        self._session = os.urandom(6).hex()
        self._control = Control(Path(config.socket), self._stage, self._session)
        self._metronome = Metronome(clock, config.media.fps)
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
        for delivery in self._deliveries:
            delivery.start()
        last = max(1, round(self._config.seconds * self._media.fps)) if self._config.seconds else None
        gc.collect()
        gc.freeze()  # what lives from here on is small, so collections are short
        self._metronome.begin()
        self._control.go_live()
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
                log.warning("no face has come; on air without it", extra={"waited": self._config.patience})
                return
            self._clock.sleep(0.05)

    def _tick(self, tick: int) -> None:
        stage, media = self._stage, self._media
        self._ticks += 1
        self._obey(tick)
        for ahead in range(max(self._scored + 1, tick), tick + stage.config.lead + 1):
            self._control.send_score(stage.score(ahead))
            self._scored = ahead
        frame, sound = stage.make(tick)
        key = self._fanout.take_keyframe_request() or self._force_key
        self._force_key = False
        self._fanout.push(self._encoder.encode(tick, frame, sound, key))
        if reports := stage.programme.take_reports():
            self._control.report(reports, self._floor())
        if tick % media.fps == 0:
            self._each_second(tick)

    def _obey(self, tick: int) -> None:
        programme = self._stage.programme
        while True:
            try:
                command = self._control.commands.get_nowait()
            except queue.Empty:
                return
            if isinstance(command, Cut):
                programme.cut(tick, command.key)
                self._scored = tick - 1  # the face drew these ticks with the mouth still moving
            elif isinstance(command, Orphaned):
                programme.close_open()
            else:
                try:
                    start, end = programme.add(command, tick)
                except Full as error:
                    log.error("speech not taken", extra={"why": error})
                    self._control.tell_brain({"type": "full", "cue": command.cue, "seq": command.seq})
                    continue
                self._control.tell_brain(
                    {
                        "type": "scheduled",
                        "cue": command.cue,
                        "seq": command.seq,
                        "start": self._when(start),
                        "end": self._when(end),
                    }
                )
            self._control.report([], self._floor())

    def _when(self, sample: int) -> float:
        """Monotonic seconds at which a stream sample leaves."""
        return self._metronome.start + sample / self._media.rate

    def _floor(self) -> dict[str, Any]:
        programme = self._stage.programme
        return {"end": self._when(programme.end), "waiting": programme.waiting()}

    def _each_second(self, tick: int) -> None:
        now = time.monotonic()
        deliveries = [asdict(d.status()) for d in self._deliveries]
        for delivery in deliveries:
            delivery["seconds_in_state"] = round(now - delivery.pop("since"), 1)
        counts = self._stage.feed.counts
        self._control.tell_brain(
            {
                "type": "status",
                "tick": tick,
                "at": time.monotonic(),
                "skipped": self._skipped,
                "worst_late_ms": round(self._metronome.worst * 1000, 1),
                "pictures": asdict(counts),
                "captions_missed": self._stage.scene.missed,
                "face": self._control.face_attached,
                "destinations": deliveries,
            }
        )
        sent = any(d.first_sent.is_set() for d in self._deliveries) or not self._deliveries
        if not self._ready and (sent or tick >= READY_PATIENCE * self._media.fps):
            self._ready = True
            live = sum(d["state"] == "live" for d in deliveries)
            self._tell_supervisor({"event": "ready", "status": f"on air, {live} of {len(deliveries)} destinations"})
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
        self._fanout.finish()
        deadline = time.monotonic() + CLOSE_SECONDS
        for delivery in self._deliveries:
            if not delivery.close(deadline):
                log.warning("destination broken off at the end", extra={"destination": delivery.destination.name})
        log.info(
            "off air",
            extra={
                "ticks": self._ticks,
                "skipped": self._skipped,
                "worst_late_ms": round(self._metronome.worst * 1000, 1),
                **asdict(self._stage.feed.counts),
            },
        )
        self._encoder.close()
        self._control.close()
