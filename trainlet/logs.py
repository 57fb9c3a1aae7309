"""Logs: one line for each thing that happened, for people or for programs to read."""

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
"""Seconds that a line waits for others."""

MAX_BUFFERED = 1000

TIMEOUT_SECONDS = 5.0
"""Seconds that a process waits for another to have written: it may have been killed meanwhile."""

_always: dict[str, Any] = {}


class LineFormatter(logging.Formatter):
    """Lines of time, level, message and what else was told of it: see `fields`."""

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
    """Writes the lines of a moment at once; what is a warning or worse now, behind those before it.

    A line by itself takes four times as long as one among others, which is much where thousands
    are answered in a second. Those of the last moment are lost if the process is killed. What
    processes write that were forked later does not come between.
    """

    def __init__(self) -> None:
        super().__init__()
        self._records: deque[logging.LogRecord] = deque()
        # Not the handler's own lock, so that nobody waits for the lines of others to be written.
        self._writing = RLock()
        self._alone = Lock()
        go_on = self._writing.release
        os.register_at_fork(before=self._pause, after_in_parent=go_on, after_in_child=go_on)

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)
        if record.levelno >= logging.WARNING or len(self._records) >= MAX_BUFFERED:
            self.flush()
        elif len(self._records) == 1:
            timer = Timer(FLUSH_INTERVAL_SECONDS, self.flush)
            timer.daemon = False  # whatever the present thread is: the process waits for its lines
            try:
                timer.start()
            except RuntimeError:  # there are too many threads, or the process ends
                self.flush()

    def flush(self) -> None:
        with self._writing:
            lines = []
            while self._records:  # until none is left: who adds the second sets no timer
                lines.append(self._line(self._records.popleft()))
            if lines:
                self._write("".join(lines))

    def _write(self, text: str) -> None:
        is_alone = self._alone.acquire(timeout=TIMEOUT_SECONDS)
        try:
            with suppress(OSError, ValueError):  # nobody reads any longer
                self.stream.write(text)
                self.stream.flush()
        finally:
            if is_alone:
                self._alone.release()

    def _line(self, record: logging.LogRecord) -> str:
        try:
            return f"{self.format(record)}{self.terminator}"
        except Exception:  # noqa: BLE001  # as in every handler: a line is not worth failing for
            self.handleError(record)
            return ""

    def _pause(self) -> None:
        self._writing.acquire()
        self.flush()


def fields(**values: Any) -> dict[str, Any]:
    """What a line tells besides its message; those that are None are left out.

    log.info("job 01a2…: succeeded", extra=fields(job="01a2…", request_id="7c31…"))
    """
    return {"fields": {name: value for name, value in values.items() if value is not None}}


def always(**values: Any) -> None:
    """Tell so with every line of this process from now on."""
    _always.update(fields(**values)["fields"])


def begin(form: Form, *, gather: bool = False) -> None:
    """Write what this process logs to standard error, as such lines; those of a moment at once."""
    handler = BufferedHandler() if gather else logging.StreamHandler()
    handler.setFormatter(LineFormatter(form))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # Lines do not tell these, and to find them out takes longer than to write a line.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001


def _at(seconds: float) -> str:
    """A time since 1970 as ISO 8601 to the millisecond."""
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
    """A message on one line: what others wrote in it cannot begin another."""
    return text if text.isprintable() else json.dumps(text)[1:-1]
