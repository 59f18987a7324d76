"""Logging to standard error, as lines to read or as JSON, each with the id of the request it belongs to.

A fault is told by its kind and where in the code it happened, never by its message: the message of a database or parsing
error can hold what a reporter wrote.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType

from web.request_log import REQUEST

_Fault = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

# The address of a call to a bot's server holds the bot's token. Whoever logs such an address, it is not in our logs.
_TOKEN = re.compile(r"\b\d{3,20}:[A-Za-z0-9_-]{20,80}")
# Their lines tell of each call and each update, with whole addresses.
_CHATTY = ("httpx", "httpcore", "aiogram", "aiohttp.access", "telegram")


def without_tokens(text: str) -> str:
    """The text without any bot's token."""
    return _TOKEN.sub("…", text)


class Discreet(logging.Formatter):
    """One line a record, in UTC; a fault as `Kind at file:line in function < …`, innermost first."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # what another handler may have written there is not discreet
        request = REQUEST.get()
        return without_tokens(super().format(record)) + (f" [{request}]" if request else "")

    def formatException(self, ei: _Fault) -> str:
        kind, fault, _ = ei
        if kind is None or fault is None:
            return ""
        frames = reversed(traceback.extract_tb(fault.__traceback__)[-8:])
        places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} in {frame.name}" for frame in frames)
        return f"  {kind.__module__}.{kind.__qualname__} at {places}"


class Structured(Discreet):
    """The same as JSON: time, level, logger, message, request, and for a request its route, status and milliseconds."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name,
            "message": without_tokens(record.getMessage()),
        }  # fmt: skip
        told |= {name: getattr(record, name) for name in ("method", "route", "status", "ms") if hasattr(record, name)}
        if request := REQUEST.get():
            told["request"] = request
        if record.exc_info:
            told["fault"] = self.formatException(record.exc_info).strip()
        return json.dumps(told, ensure_ascii=False)


def to_stderr(form: str = "text") -> None:
    """Called once by a long-running command. `form` is text or json."""
    handler = logging.StreamHandler()
    lines = Discreet("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")
    handler.setFormatter(Structured() if form == "json" else lines)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # a tick that is still running is no news
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True  # an address can tell who asked for what
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
