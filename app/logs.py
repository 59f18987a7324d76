"""Logging to standard error. A fault is told by its kind and where in the code it happened, never by its message: the
message of a database or parsing error can hold what a reporter wrote."""

import logging
import traceback
from types import TracebackType

_Fault = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """One line a record, in UTC; a fault as `Kind at file:line in function < …`, innermost first."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # what another handler may have written there is not discreet
        return super().format(record)

    def formatException(self, ei: _Fault) -> str:
        kind, fault, _ = ei
        if kind is None or fault is None:
            return ""
        frames = reversed(traceback.extract_tb(fault.__traceback__)[-8:])
        places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} in {frame.name}" for frame in frames)
        return f"  {kind.__module__}.{kind.__qualname__} at {places}"


def to_stderr() -> None:
    """Called once by a long-running command."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S%z"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # a tick that is still running is no news
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True  # an address can tell who asked for what
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
