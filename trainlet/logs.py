"""Logs: one line for each thing that happened, for people or for programs to read."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any, Literal

from trainlet.keys import redact

Form = Literal["text", "json"]


_always: dict[str, Any] = {}


class Lines(logging.Formatter):
    """Lines of time, level, message and what else was told of it: see `fields`."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: dict[str, Any] = getattr(record, "told", {})
        document = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **_always,
            **told,
        }
        if record.exc_info:
            document["trace"] = self.formatException(record.exc_info)
        return redact(json.dumps(document) if self._form == "json" else _text(document))


def fields(**told: Any) -> dict[str, Any]:
    """What a line tells besides its message; those that are None are left out.

    log.info("job 01a2…: succeeded", extra=fields(job="01a2…", request="7c31…"))
    """
    return {"told": {name: value for name, value in told.items() if value is not None}}


def always(**told: Any) -> None:
    """Tell so with every line of this process from now on."""
    _always.update(fields(**told)["told"])


def begin(form: Form) -> None:
    """Write what this process logs to standard error, as such lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines(form))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # Lines do not tell these, and to find them out takes longer than to write a line.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001


def _text(document: dict[str, Any]) -> str:
    """A line for people, with names before the values; a trace comes below it."""
    trace = document.pop("trace", None)
    at, level, message = (document.pop(name) for name in ("at", "level", "message"))
    pairs = " ".join(f"{name}={_word(value)}" for name, value in document.items())
    line = f"{at} {level.upper()} {_escaped(message)} {pairs}".rstrip()
    return line if trace is None else f"{line}\n{trace}"


def _word(value: Any) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if text.isprintable() and " " not in text and text else json.dumps(text)


def _escaped(text: str) -> str:
    """A message on one line: what others wrote in it cannot begin another."""
    return text if text.isprintable() else json.dumps(text)[1:-1]
