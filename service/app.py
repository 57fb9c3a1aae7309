"""The composition root: everything the service is made of, put together."""

from __future__ import annotations

from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from service.api import docs, health, metrics, presets
from service.api.datasets import previews, uploads
from service.api.datasets import views as datasets
from service.api.events import views as following
from service.api.events.feeds import Feeds
from service.api.events.streams import Streams
from service.api.events.waiting import Stopping, Waits
from service.api.inspection import snapshots, untrained
from service.api.inspection import views as inside
from service.api.jobs import reproduce, submission
from service.api.jobs import views as jobs
from service.api.models import evaluations, exports, imports, predictions
from service.api.models import views as models
from service.api.oip import routes as inference
from service.api.openapi import Document, with_keys
from service.api.plots import views as plots
from service.auth import authentication
from service.auth.authentication import Doorkeeper
from service.auth.principal import ANYBODY
from service.context import Context
from service.http import cors, problems
from service.http.bodies import OrjsonProvider, agree_on_media_type
from service.http.cors import Origins
from service.http.mutex import Turns
from service.http.security_headers import Guarded
from service.inference.fast_path import Express
from service.inference.model_cache import LoadedModels
from service.observability import access_log, tracing
from service.observability.metrics import Meters
from service.observability.state_collector import StateCollector
from service.web import views
from trainlet.queue import Queue
from trainlet.settings import Settings
from trainlet.spec import Limits
from trainlet.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

RESOURCES = (
    *(submission, jobs, reproduce, following, snapshots, plots),
    *(datasets, uploads, previews),
    *(models, imports, predictions, evaluations, inside, untrained),
    *(exports, presets, health, metrics),
)


def create_app(
    settings: Settings, store: Store, queue: Queue, stopping: Stopping | None = None
) -> Flask:
    """Make the WSGI application; requests that wait answer once `stopping` is set."""
    app = routes()
    tracing.attach(app)
    equip(app, settings, store, queue, stopping or Event())
    return app


def routes() -> Flask:
    """All views and their document, for any settings and stores."""
    app = Flask(__name__, static_folder=None)
    app.json = OrjsonProvider(app)
    app.url_map.merge_slashes = False
    problems.register(app)
    app.before_request(access_log.begin)
    app.before_request(authentication.let_in)
    app.before_request(agree_on_media_type)
    app.after_request(access_log.end)
    app.after_request(cors.tell)
    document = Document(app)
    for blueprint in dict.fromkeys(resource.blueprint for resource in RESOURCES):
        document.register_blueprint(blueprint)
    payload = document.spec.to_dict()
    app.register_blueprint(docs.blueprint(payload, with_keys(payload, app)))
    app.register_blueprint(inference.blueprint)
    app.register_blueprint(views.blueprint())
    return app


def equip(app: Flask, settings: Settings, store: Store, queue: Queue, stopping: Stopping) -> None:
    """Give the views what they work with."""
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.config["TRUSTED_HOSTS"] = settings.trusted_hosts
    meters = Meters()
    most_bytes = settings.max_loaded_bytes // settings.processes
    ctx = Context(
        settings=settings,
        limits=Limits(
            parameters=settings.max_parameters,
            work=settings.max_work,
            inline_values=settings.max_inline_values,
            memory_bytes=settings.max_memory_bytes,
        ),
        store=store,
        queue=queue,
        models=LoadedModels(store.models, most_bytes, meters),
        waits=Waits(settings.threads // 2, stopping),
        streams=Streams(settings.max_streams, Feeds(store, queue), stopping),
        rehearsals=Turns("dry runs"),
        drawings=Turns("pictures"),
        meters=meters,
        caller=ANYBODY,
    )
    ctx.attach(app)
    meters.registry.register(StateCollector(ctx))
    authentication = Doorkeeper(settings, ctx)
    authentication.attach(app)
    Origins(settings.origins).attach(app)
    response: WSGIApplication = partial(Flask.wsgi_app, app)
    if not (settings.origins or tracing.wanted()):  # for these Flask looks at every request
        response = Express(response, ctx, authentication)
    response = Guarded(response)
    if settings.proxies:
        response = ProxyFix(response, settings.proxies, settings.proxies)
    app.wsgi_app = response  # type: ignore[method-assign]
