"""One line a record: time, level, process, message, then its fields as key=value."""

from __future__ import annotations

import logging
import sys
import time

_PLAIN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class _Lines(logging.Formatter):
    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        stamp = time.strftime("%H:%M:%S", time.localtime(record.created))
        fields = "".join(f" {k}={_quote(v)}" for k, v in vars(record).items() if k not in _PLAIN)
        text = f"{stamp} {record.levelname.lower():7} {self._process:10} {record.getMessage()}{fields}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return text


def _quote(value: object) -> str:
    text = str(value)
    return (
        text if text and not any(c in text for c in ' "=\n') else '"' + text.replace('"', "'").replace("\n", " ") + '"'
    )


def setup(process: str, level: int = logging.INFO) -> None:
    """Log to standard error in the name of ``process``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines(process))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("uvicorn", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
