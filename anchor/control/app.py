"""The HTTP interface: health, status, metrics, and chat posted by programs."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from anchor.control import preview
from anchor.show.show import Show
from streams.chat.lines import LINE_LIMIT, BadEvent, event

log = logging.getLogger(__name__)

STALE_SECONDS = 3.0
QUIET_SECONDS = 60.0
SENDING = ("live", "congested")
CONNECTIONS = 200
ORDERS = 'one of {"say": TEXT}, {"script": ID}, {"next": "product"} and {"forget": {"platform": …, "viewer": …}}'


def make_app(show: Show, accept_chat: bool, air: Path) -> FastAPI:
    """The application; ``accept_chat`` says whether comments may be posted, ``air`` is the air process's socket."""
    app = FastAPI(title="anchor", docs_url=None, redoc_url=None)
    preview.add(app, air)
    registry = CollectorRegistry()
    registry.register(Metrics(show))
    posted = 0

    @app.get("/health")
    def health() -> JSONResponse:
        problem = unhealthy(show)
        return JSONResponse({"ok": not problem, "problem": problem}, 503 if problem else 200)

    @app.get("/status")
    def status() -> dict[str, Any]:
        return describe(show)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")

    @app.post("/v1/chat")
    async def chat(request: Request) -> JSONResponse:
        nonlocal posted
        if not preview.same_origin(request.headers.get("origin"), request.headers.get("host")):
            return _refuse(show, 403, "another site's page")
        if not accept_chat:
            return _refuse(show, 403, "chat over HTTP is not switched on; start with --chat http:")
        if (body := await _body(request)) is None:
            return _refuse(show, 413, f"a body of over {LINE_LIMIT} bytes")
        posted += 1
        try:
            data = json.loads(body)
            found = event(data, f"{time.monotonic_ns()}-{posted}", "http")
        except BadEvent as error:
            return _refuse(show, 422, str(error))
        except (ValueError, RecursionError):
            return _refuse(show, 400, "the body is not JSON")
        verdict = show.offer(found)
        if problem := show.desk.records.notes.problem:
            return JSONResponse({"error": problem, "verdict": verdict}, 503)
        return JSONResponse({"id": found.id, "cue": f"chat:{found.key}", "verdict": verdict}, 202)

    @app.post("/v1/operator")
    async def operator(request: Request) -> JSONResponse:
        if not preview.same_origin(request.headers.get("origin"), request.headers.get("host")):
            return _refuse(show, 403, "another site's page")
        if (body := await _body(request)) is None:
            return _refuse(show, 413, f"a body of over {LINE_LIMIT} bytes")
        try:
            return _operate(show, json.loads(body))
        except (ValueError, RecursionError):
            return _refuse(show, 400, "the body is not JSON")

    return app


async def _body(request: Request) -> bytes | None:
    """What was posted; None when it is longer than anybody needs."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LINE_LIMIT:
            return None
    return body


def _operate(show: Show, order: Any) -> JSONResponse:
    """One order, of :data:`ORDERS`."""
    if not isinstance(order, dict) or len(order) != 1:
        return _refuse(show, 422, ORDERS)
    ((what, value),) = order.items()
    if what == "say" and isinstance(value, str):
        why = show.operate(value)
        return _refuse(show, 422, f"not said: {why}") if why else JSONResponse({"said": "at once"}, 202)
    if what == "script" and isinstance(value, str):
        begun = show.begin(value)
        return (
            JSONResponse({"begins": "at the sentence's end"}, 202)
            if begun
            else _refuse(show, 422, f"no script is called {value[:40]!r}")
        )
    if order == {"next": "product"}:
        product = show.next_product()
        return (
            JSONResponse({"product": product}, 202) if product else _refuse(show, 409, "schedule.products names none")
        )
    if what == "forget" and isinstance(value, dict) and set(value) == {"platform", "viewer"}:
        try:
            gone = show.desk.forget(str(value["platform"]), str(value["viewer"]))
        except sqlite3.Error as error:
            return _refuse(show, 503, f"not forgotten: {error}")
        return JSONResponse({"forgotten": gone}, 200)
    return _refuse(show, 422, ORDERS)


def _refuse(show: Show, status: int, why: str) -> JSONResponse:
    show.reject(f"http: {why}")
    return JSONResponse({"error": why}, status)


def unhealthy(show: Show) -> str:
    """Why the show is not well, or nothing."""
    air = show.air.status
    if not show.air.connected or not air:
        return "air is not connected"
    if time.monotonic() - air["at"] > STALE_SECONDS:
        return "air has not ticked for seconds"
    for number, rendition in enumerate(air["renditions"], 1):
        if rendition["silent"] > STALE_SECONDS:
            return f"rendition {number} has coded no picture for {rendition['silent']:.0f} s"
    destinations = air["destinations"]
    if destinations and not any(d["state"] in SENDING for d in destinations):
        return "no destination is live"
    if show.desk.records.notes.problem:
        return show.desk.records.notes.problem
    quiet = time.monotonic() - show.heard_at
    if quiet > QUIET_SECONDS:
        return f"nothing has been said for {quiet:.0f} s"
    return "" if air["face"] else "the face is not drawing"


def describe(show: Show) -> dict[str, Any]:
    """Everything an operator asks first."""
    saying = show.saying
    return {
        "healthy": not unhealthy(show),
        "problem": unhealthy(show),
        "air": {k: v for k, v in show.air.status.items() if k != "type"},
        "saying": {"cue": saying.cue, "seq": saying.seq, "text": saying.text} if saying else None,
        "heard": show.desk.heard_recently,
        "waiting": len(show.desk.inbox),
        "verdicts": dict(show.desk.counts),
        "unanswered": dict(show.desk.inbox.counts),
        "schedule": dict(show.desk.schedule_counts),
        "rejected": dict(show.rejected),
        "mind": {
            "engine": show.desk.persona.mind.engine,
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
        show, air = self._show, self._show.air.status
        yield GaugeMetricFamily("anchor_healthy", "1 if /health is well", 0 if unhealthy(show) else 1)
        yield CounterMetricFamily("anchor_ticks", "Pictures sent since the start", air.get("tick", 0))
        yield CounterMetricFamily("anchor_ticks_skipped", "Ticks the clock had to skip", air.get("skipped", 0))
        yield GaugeMetricFamily("anchor_tick_late_worst_ms", "Largest lateness of a tick", air.get("worst_late_ms", 0))
        yield _labelled("anchor_pictures", "Pictures of the face", "source", air.get("pictures", {}))
        destinations = air.get("destinations", [])
        live = GaugeMetricFamily("anchor_destination_live", "1 while a destination takes packets", labels=["name"])
        late = GaugeMetricFamily(
            "anchor_destination_waiting_ms", "Stream that should have left by now", labels=["name"]
        )
        rtt = GaugeMetricFamily("anchor_destination_rtt_ms", "Round trip to the ingest", labels=["name"])
        loss = GaugeMetricFamily("anchor_destination_loss", "Share of packets lost on the way", labels=["name"])
        sent = CounterMetricFamily("anchor_destination_bytes", "Payload bytes sent", labels=["name"])
        dropped = CounterMetricFamily("anchor_destination_dropped_packets", "Packets dropped", labels=["name"])
        connects = CounterMetricFamily("anchor_destination_connects", "Connections made", labels=["name"])
        for status in destinations:
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
        for number, rendition in enumerate(air.get("renditions", []), 1):
            bitrate.add_metric([f"{number} {rendition['size']}"], rendition["bitrate"])
            left_out.add_metric([f"{number} {rendition['size']}"], rendition["left_out"])
        yield from (bitrate, left_out)
        yield GaugeMetricFamily(
            "anchor_persona_problems", "Mistakes of an edit that was not taken", len(show.taken.problems)
        )
        yield _labelled(
            "anchor_schedule", "What the schedule left out or said again", "what", show.desk.schedule_counts
        )
        yield GaugeMetricFamily("anchor_waiting", "Questions waiting", len(show.desk.inbox))
        yield _labelled("anchor_events", "Chat events", "source", show.events)
        yield _labelled("anchor_verdicts", "What became of events and sentences", "verdict", show.desk.counts)
        yield _labelled("anchor_unanswered", "Questions dropped from the inbox", "reason", show.desk.inbox.counts)
        if show.minds:
            yield GaugeMetricFamily(
                "anchor_mind_resting", "1 while the model is only tried now and then", int(show.minds.resting)
            )
            yield _labelled(
                "anchor_mind_used", "Requests to the model and tokens, as it tells them", "what", show.minds.used
            )
        yield _labelled("anchor_rejected", "Input that was no event", "source", show.rejected)


def _labelled(name: str, text: str, label: str, counts: Any) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=[label])
    for key, value in counts.items():
        family.add_metric([key], value)
    return family


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # the brain handles its own signals


async def serve(show: Show, host: str, port: int, accept_chat: bool, air: Path) -> None:
    """Serve until cancelled. Raises OSError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    shown = f"[{host}]" if ":" in host else host
    log.info("console listening", extra={"address": f"http://{shown}:{sock.getsockname()[1]}"})
    config = uvicorn.Config(
        make_app(show, accept_chat, air),
        log_config=None,
        access_log=False,
        lifespan="off",
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=1,
        ws="websockets-sansio",
        ws_max_size=4096,  # viewers have nothing to say
        ws_per_message_deflate=False,
    )
    await _Server(config).serve(sockets=[sock])
