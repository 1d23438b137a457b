"""What operators and programs post to a show: orders and comments, each one JSON object."""

from __future__ import annotations

import json
import sqlite3
import time
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from anchor.control.origin import same_origin
from anchor.show.show import Show
from anchor.types import Ref
from streams.chat.lines import LINE_LIMIT, BadEvent, event

ORDERS = 'one of {"say": TEXT} (with "force": true to overrule forbidden words), {"script": ID}, {"next": "product"} and {"forget": {"platform": …, "viewer": …}}'


def routes(show: Show) -> APIRouter:
    """``POST /v1/chat`` and ``POST /v1/operator``."""
    router = APIRouter()
    posted = 0

    @router.post("/v1/chat")
    async def chat(request: Request) -> JSONResponse:
        nonlocal posted
        body = await _body(show, request)
        if isinstance(body, JSONResponse):
            return body
        posted += 1
        try:
            comment = event(json.loads(body), f"{time.monotonic_ns()}-{posted}", "http")
        except BadEvent as error:
            return _refuse(show, 422, str(error))
        except (ValueError, RecursionError):
            return _refuse(show, 400, "the body is not JSON")
        verdict = show.sources.hand("http", comment)
        if verdict is None:
            return _refuse(show, 403, "chat over HTTP is not switched on; start with --chat http:")
        if problem := show.desk.records.notes.problem:
            return JSONResponse({"error": problem, "verdict": verdict}, 503)
        return JSONResponse({"id": comment.id, "cue": Ref("chat", comment.key).cue, "verdict": verdict}, 202)

    @router.post("/v1/operator")
    async def operator(request: Request) -> JSONResponse:
        body = await _body(show, request)
        if isinstance(body, JSONResponse):
            return body
        try:
            return _operate(show, json.loads(body))
        except (ValueError, RecursionError):
            return _refuse(show, 400, "the body is not JSON")

    return router


async def _body(show: Show, request: Request) -> bytes | JSONResponse:
    """What was posted, or the answer to what is from elsewhere or longer than anybody needs."""
    if not same_origin(request.headers.get("origin"), request.headers.get("host")):
        return _refuse(show, 403, "cross-site request")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LINE_LIMIT:
            return _refuse(show, 413, f"a body of over {LINE_LIMIT} bytes")
    return body


def _operate(show: Show, order: Any) -> JSONResponse:
    """One order, of :data:`ORDERS`."""
    if not isinstance(order, dict):
        return _refuse(show, 422, ORDERS)
    if set(order) <= {"say", "force"} and isinstance(order.get("say"), str):
        return _say(show, order["say"], order.get("force", False))
    if len(order) != 1:
        return _refuse(show, 422, ORDERS)
    ((what, value),) = order.items()
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


def _say(show: Show, text: str, force: Any) -> JSONResponse:
    if not isinstance(force, bool):
        return _refuse(show, 422, "force is true or false")
    why = show.operate(text, force)
    if not why:
        return JSONResponse({"said": "at once"}, 202)
    insist = '; {"say": …, "force": true} says it all the same' if show.desk.overrulable(text) else ""
    return _refuse(show, 422, f"not said: {why}{insist}")


def _refuse(show: Show, status: int, why: str) -> JSONResponse:
    show.reject(f"http: {why}")
    return JSONResponse({"error": why}, status)
