"""Events: what happens to a job, as the service tells it while it does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from trainlet.client.results import ENDED
from trainlet.errors import TrainletError


@dataclass(frozen=True)
class Event:
    """Something that happened to a job.

    `id` is where to go on from; `name` is `queued`, `running`, `epoch`, `snapshot`, `paused`,
    `warning`, or last `succeeded`, `failed` or `cancelled`; `data` says more.
    """

    id: str
    name: str
    data: dict[str, Any] = field(repr=False)

    @property
    def ends(self) -> bool:
        """Whether nothing comes after it."""
        return self.name in ENDED


def parsed(lines: Iterable[str]) -> Iterator[Event]:
    """The events in the lines of a stream (WHATWG HTML, section 9.2.6); a torn last one is none.

    Raises TrainletError for what this service would not write.
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
        raise TrainletError("what comes is no event of this service") from None
