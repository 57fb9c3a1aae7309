"""Structured logs: one line per event, as text or JSON."""

from __future__ import annotations

import json
import logging
import os
import time
from collections import deque
from contextlib import suppress
from functools import lru_cache
from multiprocessing import Lock
from threading import RLock, Timer
from typing import Any, Literal, TextIO

from trainlet.keys import redact

Form = Literal["text", "json"]

FLUSH_INTERVAL_SECONDS = 0.05
"""Maximum seconds that a line waits in the buffer."""

MAX_BUFFERED = 1000

TIMEOUT_SECONDS = 5.0
"""Maximum seconds to wait for another process to write its lines; it may have been killed."""

_always: dict[str, Any] = {}


class LineFormatter(logging.Formatter):
    """Formats time, level, message and fields (see `fields`) as one line."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        at, level, message = _at(record.created), record.levelname, record.getMessage()
        extra: dict[str, Any] = getattr(record, "fields", {})
        if _always:
            extra = {**_always, **extra}
        trace = self.formatException(record.exc_info) if record.exc_info else None
        if self._form == "json":
            document = {"at": at, "level": level.lower(), "message": message, **extra}
            return redact(json.dumps(document if trace is None else {**document, "trace": trace}))
        pairs = [f"{name}={_word(value)}" for name, value in extra.items()]
        line = " ".join([at, level, _escaped(message), *pairs])
        return redact(line if trace is None else f"{line}\n{trace}")


class BufferedHandler(logging.StreamHandler[TextIO]):
    """Buffers lines briefly, and writes warnings and errors at once, after earlier lines.

    Writing a single line takes four times as long as writing it with others, which matters for
    thousands of requests per second. Buffered lines are lost if the process is killed. Lines of
    forked processes do not interleave.
    """

    def __init__(self) -> None:
        super().__init__()
        self._records: deque[logging.LogRecord] = deque()
        # The handler's own lock would make other threads wait for the writing.
        self._writing = RLock()
        self._alone = Lock()
        release = self._writing.release
        os.register_at_fork(before=self._pause, after_in_parent=release, after_in_child=release)

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)
        if record.levelno >= logging.WARNING or len(self._records) >= MAX_BUFFERED:
            self.flush()
        elif len(self._records) == 1:
            timer = Timer(FLUSH_INTERVAL_SECONDS, self.flush)
            timer.daemon = False  # even in a daemon thread: the process waits for its lines
            try:
                timer.start()
            except RuntimeError:  # too many threads, or the process is exiting
                self.flush()

    def flush(self) -> None:
        with self._writing:
            lines = []
            while self._records:  # until it is empty, because only a first record sets a timer
                lines.append(self._line(self._records.popleft()))
            if lines:
                self._write("".join(lines))

    def _write(self, text: str) -> None:
        is_alone = self._alone.acquire(timeout=TIMEOUT_SECONDS)
        try:
            with suppress(OSError, ValueError):  # the reader has closed the stream
                self.stream.write(text)
                self.stream.flush()
        finally:
            if is_alone:
                self._alone.release()

    def _line(self, record: logging.LogRecord) -> str:
        try:
            return f"{self.format(record)}{self.terminator}"
        except Exception:  # noqa: BLE001  # as in every handler, a log line never raises
            self.handleError(record)
            return ""

    def _pause(self) -> None:
        self._writing.acquire()
        self.flush()


def fields(**values: Any) -> dict[str, Any]:
    """Return the fields of a log line, for `extra`; those that are None are omitted.

    log.info("requeued job", extra=fields(job="01a2…", request_id="7c31…"))
    """
    return {"fields": {name: value for name, value in values.items() if value is not None}}


def always(**values: Any) -> None:
    """Add fields to all following lines of this process."""
    _always.update(fields(**values)["fields"])


def begin(form: Form, *, gather: bool = False) -> None:
    """Configure logging to standard error; with `gather`, lines are buffered briefly."""
    handler = BufferedHandler() if gather else logging.StreamHandler()
    handler.setFormatter(LineFormatter(form))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # The lines do not contain these, and determining them takes longer than writing a line.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001


def _at(seconds: float) -> str:
    """Format seconds since 1970 as ISO 8601 with milliseconds."""
    second, millisecond = divmod(int(seconds * 1000), 1000)
    return f"{_second(second)}.{millisecond:03d}Z"


@lru_cache(maxsize=1)
def _second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def _word(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value)
    return text if text.isprintable() and " " not in text and text else json.dumps(text)


def _escaped(text: str) -> str:
    """Escape a message to one line, so that user input cannot forge another line."""
    return text if text.isprintable() else json.dumps(text)[1:-1]
