"""The composition root: everything the service is made of, put together."""

from __future__ import annotations

from threading import Event

from flask import Flask, Response

from service import datasets, docs, errors, following, health, jobs, models, predictions, submission
from service.bodies import OrjsonProvider, agree_on_media_type
from service.context import Context
from service.feeds import Feeds
from service.loaded import LoadedModels
from service.openapi import Document
from service.streams import Streams
from service.waiting import Stopping, Waits
from trainlet.queue import Queue
from trainlet.settings import Settings
from trainlet.spec import Limits
from trainlet.store import Store

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(
    settings: Settings, store: Store, queue: Queue, stopping: Stopping | None = None
) -> Flask:
    """Make the WSGI application; requests that wait answer once `stopping` is set."""
    app = Flask(__name__, static_folder=None)
    app.json = OrjsonProvider(app)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.url_map.merge_slashes = False
    stopping = stopping or Event()
    Context(
        settings=settings,
        limits=Limits(
            parameters=settings.max_parameters,
            work=settings.max_work,
            inline_values=settings.max_inline_values,
            memory_bytes=settings.max_memory_bytes,
        ),
        store=store,
        queue=queue,
        models=LoadedModels(store.models, settings.max_loaded_bytes),
        waits=Waits(settings.threads // 2, stopping),
        streams=Streams(settings.max_streams, Feeds(store, queue), stopping),
    ).attach(app)
    errors.register(app)
    app.before_request(agree_on_media_type)
    app.after_request(_secured)
    document = Document(app)
    resources = (submission, jobs, following, datasets, models, predictions, health)
    for blueprint in dict.fromkeys(resource.blueprint for resource in resources):
        document.register_blueprint(blueprint)
    app.register_blueprint(docs.blueprint(document))
    return app


def _secured(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
