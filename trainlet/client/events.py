"""Server-sent events of a job."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from trainlet.client.results import ENDED
from trainlet.errors import TrainletError


@dataclass(frozen=True)
class Event:
    """Event of a job.

    `id` resumes a stream after the event; `name` is `queued`, `running`, `epoch`, `snapshot`,
    `paused`, `warning`, or last `succeeded`, `failed` or `cancelled`; `data` has the details.
    """

    id: str
    name: str
    data: dict[str, Any] = field(repr=False)

    @property
    def ends(self) -> bool:
        """Whether the event is the last of its job."""
        return self.name in ENDED


def parsed(lines: Iterable[str]) -> Iterator[Event]:
    """Yield the events in the lines of a stream (WHATWG HTML, section 9.2.6).

    An incomplete last event is dropped. Raises TrainletError for an event in another format.
    """
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        elif "event" in fields:
            yield _event(fields)
            fields = {}
        else:
            fields = {}


def _event(fields: dict[str, str]) -> Event:
    try:
        return Event(fields["id"], fields["event"], dict(json.loads(fields["data"])))
    except (KeyError, ValueError, TypeError):
        raise TrainletError("the stream is not from a trainlet API") from None
