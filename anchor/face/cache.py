"""A disk cache of rendered faces, each under the hash of everything that it depends on."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

KEEP = 12
"""files; the least used go first"""

Arrays = dict[str, NDArray[np.uint8]]


def folder() -> Path | None:
    """systemd's CacheDirectory, or the user's; None where there is neither."""
    given = os.environ.get("CACHE_DIRECTORY")
    if given:
        return Path(given.partition(":")[0]) / "faces"
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "anchor" / "faces"
    except RuntimeError:  # a user without a home
        return None


def cached(name: str, source: str, bake: Callable[[], Arrays]) -> Arrays:
    """What ``bake`` makes of ``source``, from disk when it was made before. A cache that fails costs time, nothing else."""
    where = folder()
    path = where / f"{hashlib.sha256(f'{name} {source}'.encode()).hexdigest()[:32]}.npz" if where else None
    try:
        if path is not None:
            with np.load(path, allow_pickle=False) as found:
                arrays = dict(found)
            os.utime(path)
            return arrays
    except FileNotFoundError:
        pass
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        log.warning("baked face unusable, made anew", extra={"file": path, "why": error})
    log.info("drawing the face once for this size, takes seconds", extra={"face": name})
    arrays = bake()
    if path is not None:
        _keep(path, arrays)
    return arrays


def _keep(path: Path, arrays: Arrays) -> None:
    part = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            part = file.name
            np.savez(file, **arrays)  # type: ignore[arg-type]
        os.replace(part, path)
        for old in sorted(path.parent.glob("*.npz"), key=lambda p: p.stat().st_mtime)[:-KEEP]:
            old.unlink(missing_ok=True)
    except OSError as error:
        log.warning("baked face not kept", extra={"folder": path.parent, "why": error.strerror or error})
        if part:
            Path(part).unlink(missing_ok=True)
