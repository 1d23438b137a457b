"""Whether a request comes from a page of this interface, or from no page at all."""

from __future__ import annotations

from urllib.parse import urlsplit


def same_origin(origin: str | None, host: str | None) -> bool:
    """``origin`` and ``host`` are the headers of these names; programs that are no browser send no origin."""
    return origin is None or (host is not None and urlsplit(origin).netloc == host)
