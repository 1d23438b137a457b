"""The state of a show, as /health, /status and /metrics report it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from anchor.show.show import Show
from streams.chat.source import SourceStatus
from streams.wire import AirStatus

STALE_SECONDS = 3.0
QUIET_SECONDS = 60.0
SENDING = ("live", "congested")


def unhealthy(show: Show) -> str:
    """Why the show is not well, or nothing."""
    air = show.air.status
    if not show.air.connected or air is None:
        return "air is not connected"
    if time.monotonic() - air.at > STALE_SECONDS:
        return "air has not ticked for seconds"
    for number, rendition in enumerate(air.renditions, 1):
        if rendition["silent"] > STALE_SECONDS:
            return f"rendition {number} has coded no picture for {rendition['silent']:.0f} s"
    if air.destinations and not any(d["state"] in SENDING for d in air.destinations):
        return "no destination is live"
    if show.desk.records.notes.problem:
        return show.desk.records.notes.problem
    quiet = time.monotonic() - show.heard_at
    if quiet > QUIET_SECONDS:
        return f"nothing has been said for {quiet:.0f} s"
    return "" if air.face else "the face is not drawing"


def describe(show: Show) -> dict[str, Any]:
    """Everything an operator asks first."""
    saying = show.saying
    return {
        "healthy": not unhealthy(show),
        "problem": unhealthy(show),
        "air": asdict(show.air.status) if show.air.status is not None else {},
        "saying": {"cue": saying.cue, "seq": saying.seq, "text": saying.text} if saying else None,
        "heard": show.desk.words.heard,
        "waiting": len(show.desk.inbox),
        "verdicts": dict(show.desk.counts),
        "unanswered": dict(show.desk.inbox.counts),
        "schedule": dict(show.desk.schedule_counts),
        "rejected": dict(show.rejected),
        "sources": [asdict(source) for source in show.sources.status()],
        "mind": {
            "engine": show.desk.persona.mind.engine,
            "error": show.minds.broken if show.minds else "",
            "resting": bool(show.minds and show.minds.resting),
            "used": dict(show.minds.used) if show.minds else {},
        },
        "persona": {"version": show.taken.version, "problems": show.taken.problems, "notes": show.taken.notes},
        "records": show.desk.records.notes.problem or show.desk.records.memory.problem or "ok",
    }


class Metrics:
    """The same for Prometheus, collected when it asks."""

    def __init__(self, show: Show) -> None:
        self._show = show

    def collect(self) -> Iterator[Metric]:
        show = self._show
        yield GaugeMetricFamily("anchor_healthy", "1 if /health is well", 0 if unhealthy(show) else 1)
        if show.air.status is not None:
            yield from _of_air(show.air.status)
        yield GaugeMetricFamily(
            "anchor_persona_problems", "Mistakes of an edit that was not taken", len(show.taken.problems)
        )
        yield _labelled(
            "anchor_schedule", "Entries that the schedule skipped or repeated", "what", show.desk.schedule_counts
        )
        yield GaugeMetricFamily("anchor_waiting", "Questions waiting", len(show.desk.inbox))
        yield _labelled("anchor_events", "Chat events", "source", show.events)
        yield from _of_sources(show.sources.status())
        yield _labelled("anchor_verdicts", "What became of events and sentences", "verdict", show.desk.counts)
        yield _labelled("anchor_unanswered", "Questions dropped from the inbox", "reason", show.desk.inbox.counts)
        if show.minds:
            yield GaugeMetricFamily(
                "anchor_mind_resting", "1 while failures limit the calls to the model", int(show.minds.resting)
            )
            yield _labelled(
                "anchor_mind_used", "Requests to the model and tokens, as it tells them", "what", show.minds.used
            )
        yield _labelled("anchor_rejected", "Input that was no event", "source", show.rejected)


def _of_air(air: AirStatus) -> Iterator[Metric]:
    yield CounterMetricFamily("anchor_ticks", "Pictures sent since the start", air.tick)
    yield CounterMetricFamily("anchor_ticks_skipped", "Ticks the clock had to skip", air.skipped)
    yield GaugeMetricFamily("anchor_tick_late_worst_ms", "Largest lateness of a tick", air.worst_late_ms)
    yield _labelled("anchor_pictures", "Pictures of the face", "source", air.pictures)
    live = GaugeMetricFamily("anchor_destination_live", "1 while a destination takes packets", labels=["name"])
    late = GaugeMetricFamily("anchor_destination_waiting_ms", "Stream overdue for sending, in ms", labels=["name"])
    rtt = GaugeMetricFamily("anchor_destination_rtt_ms", "Round trip to the ingest", labels=["name"])
    loss = GaugeMetricFamily("anchor_destination_loss", "Share of packets lost on the way", labels=["name"])
    sent = CounterMetricFamily("anchor_destination_bytes", "Payload bytes sent", labels=["name"])
    dropped = CounterMetricFamily("anchor_destination_dropped_packets", "Packets dropped", labels=["name"])
    connects = CounterMetricFamily("anchor_destination_connects", "Connections made", labels=["name"])
    for status in air.destinations:
        name = [status["name"]]
        live.add_metric(name, float(status["state"] in SENDING))
        late.add_metric(name, status["waiting_ms"])
        if status["wire"]:
            rtt.add_metric(name, status["wire"]["rtt_ms"])
            loss.add_metric(name, status["wire"]["loss"])
        sent.add_metric(name, status["bytes"])
        dropped.add_metric(name, status["dropped"])
        connects.add_metric(name, status["connects"])
    yield from (live, late, rtt, loss, sent, dropped, connects)
    bitrate = GaugeMetricFamily("anchor_bitrate", "Bits per second of a rendition's picture", labels=["rendition"])
    left_out = CounterMetricFamily(
        "anchor_pictures_left_out", "Pictures an encoder was too slow for", labels=["rendition"]
    )
    for number, rendition in enumerate(air.renditions, 1):
        bitrate.add_metric([f"{number} {rendition['size']}"], rendition["bitrate"])
        left_out.add_metric([f"{number} {rendition['size']}"], rendition["left_out"])
    yield from (bitrate, left_out)


def _of_sources(sources: Sequence[SourceStatus]) -> Iterator[Metric]:
    live = GaugeMetricFamily("anchor_source_live", "1 while a chat source is connected", labels=["name"])
    silent = GaugeMetricFamily("anchor_source_silent", "1 while nothing has come for too long", labels=["name"])
    events = CounterMetricFamily("anchor_source_events", "Events that a chat source gave", labels=["name"])
    repeated = CounterMetricFamily("anchor_source_repeated", "Events that a source repeated", labels=["name"])
    for source in sources:
        live.add_metric([source.name], float(source.state == "live"))
        silent.add_metric([source.name], float(source.silent))
        events.add_metric([source.name], source.events)
        repeated.add_metric([source.name], source.repeated)
    yield from (live, silent, events, repeated)


def _labelled(name: str, text: str, label: str, counts: Any) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=[label])
    for key, value in counts.items():
        family.add_metric([key], value)
    return family
