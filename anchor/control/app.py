"""The HTTP interface of a show: health, status, metrics, preview, chat and orders."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, generate_latest

from anchor.control import orders, preview
from anchor.control.status import Metrics, describe, unhealthy
from anchor.show.show import Show

log = logging.getLogger(__name__)

CONNECTIONS = 200


def make_app(show: Show, air: Path) -> FastAPI:
    """The application; ``air`` is the air process's socket."""
    app = FastAPI(title="anchor", docs_url=None, redoc_url=None)
    preview.add(app, air)
    app.include_router(orders.routes(show))
    registry = CollectorRegistry()
    registry.register(Metrics(show))

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

    return app


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # the brain handles its own signals


async def serve(show: Show, host: str, port: int, air: Path) -> None:
    """Serve until cancelled. Raises OSError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    shown = f"[{host}]" if ":" in host else host
    log.info("console listening", extra={"address": f"http://{shown}:{sock.getsockname()[1]}"})
    config = uvicorn.Config(
        make_app(show, air),
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
