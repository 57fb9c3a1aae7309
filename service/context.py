"""What views work with: made once by the composition root, found through the running app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app, g

from trainlet.queue import Queue
from trainlet.settings import Settings
from trainlet.spec import Limits
from trainlet.store import Store

if TYPE_CHECKING:
    from service.api.events.streams import Streams
    from service.api.events.waiting import WaitLimit
    from service.auth.principal import Principal
    from service.http.mutex import Mutex
    from service.inference.model_cache import LoadedModels
    from service.observability.metrics import Metrics

KEY = "trainlet"


@dataclass(frozen=True)
class Context:
    """Settings, the two things outside, and what this process keeps in memory."""

    settings: Settings
    limits: Limits
    store: Store
    queue: Queue
    models: LoadedModels
    waits: WaitLimit
    streams: Streams
    estimates: Mutex
    drawings: Mutex
    metrics_collector: Metrics
    principal: Principal

    def attach(self, app: Flask) -> None:
        """Let the views of an app find this."""
        app.extensions[KEY] = self


def context() -> Context:
    """Find the context of the app that answers the present request, as its caller sees it."""
    return cast("Context", g.get("ctx") or current_app.extensions[KEY])
