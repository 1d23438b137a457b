"""The destination behind each kind of target."""

from __future__ import annotations

from pathlib import Path

from streams.deliver.mux import Tracks
from streams.deliver.recording import FileDestination, Recorder, Rolling
from streams.deliver.rtmp.destination import RtmpDestination
from streams.deliver.srt.destination import SrtDestination
from streams.deliver.srt.libsrt import Caller
from streams.deliver.targets import Target, amount, seconds
from streams.deliver.tcp import Endpoint
from streams.ports import Destination


def make(target: Target, number: int, tracks: Tracks, steady: bool = True) -> list[Destination]:
    """The destination of a target, and its backup after it. Two SRT targets are one destination that uses both links.

    ``number`` tells destinations apart whose names are alike without their keys; ``steady`` is false where the
    bitrate adapts.
    """
    name = f"{number} {target.name}"
    if target.scheme == "srt":
        targets = [target] + ([target.backup] if target.backup and target.backup.scheme == "srt" else [])
        made: list[Destination] = [SrtDestination(name, [_caller(t) for t in targets], tracks, steady)]
        if target.backup and target.backup.scheme == "srt":
            return made
    elif target.scheme == "file":
        made = [FileDestination(name, Path(target.path), tracks)]
    elif target.scheme == "record":
        made = [Recorder(name, Path(target.path), _rolling(target), tracks)]
    else:
        endpoint = Endpoint(target.host, target.port, target.scheme == "rtmps", target.ca, target.pin)
        made = [RtmpDestination(name, endpoint, target.path, target.key, tracks, target.user, target.password)]
    return made + (make(target.backup, number, tracks, steady) if target.backup else [])


def _caller(target: Target) -> Caller:
    options = dict(target.options)
    return Caller(
        target.host,
        target.port,
        int(options.get("latency", "120")),
        options.get("streamid", ""),
        options.get("passphrase", ""),
        int(options.get("pbkeylen", "16")),
    )


def _rolling(target: Target) -> Rolling:
    options = dict(target.options)
    plain = Rolling()
    return Rolling(
        length=seconds(options["length"], target.name) if "length" in options else plain.length,
        size=amount(options["size"], target.name) if "size" in options else 0,
        keep=seconds(options["keep"], target.name) if "keep" in options else 0.0,
        most=amount(options["most"], target.name) if "most" in options else 0,
        container=options.get("format", plain.container),
    )
