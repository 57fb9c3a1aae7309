"""Composition root that assembles the WSGI application."""

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
from service.api.events.waiting import ShutdownEvent, WaitLimit
from service.api.inspection import snapshots, untrained
from service.api.inspection import views as inside
from service.api.jobs import reproduce, submission
from service.api.jobs import views as jobs
from service.api.models import evaluations, exports, imports, predictions
from service.api.models import views as models
from service.api.oip import routes as inference
from service.api.openapi import Document, complete, with_authentication
from service.api.plots import views as plots
from service.auth import authentication
from service.auth.authentication import Authentication
from service.auth.principal import ANONYMOUS
from service.context import Context
from service.http import cors, problems
from service.http.bodies import OrjsonProvider, agree_on_media_type
from service.http.cors import CorsOrigins
from service.http.mutex import Mutex
from service.http.security_headers import SecurityHeaders
from service.inference.fast_path import FastPath
from service.inference.model_cache import LoadedModels
from service.observability import access_log, tracing
from service.observability.metrics import Metrics
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
    settings: Settings, store: Store, queue: Queue, stopping: ShutdownEvent | None = None
) -> Flask:
    """Create the WSGI application; waiting requests return once `stopping` is set."""
    app = routes()
    tracing.attach(app)
    configure(app, settings, store, queue, stopping or Event())
    return app


def routes() -> Flask:
    """Create the app with all views and the OpenAPI document, without settings and stores."""
    app = Flask(__name__, static_folder=None)
    app.json = OrjsonProvider(app)
    app.url_map.merge_slashes = False
    problems.register(app)
    app.before_request(access_log.begin)
    app.before_request(authentication.authenticate)
    app.before_request(agree_on_media_type)
    app.after_request(access_log.end)
    app.after_request(cors.add_headers)
    document = Document(app)
    for blueprint in dict.fromkeys(resource.blueprint for resource in RESOURCES):
        document.register_blueprint(blueprint)
    described = complete(document.spec.to_dict(), app)
    app.register_blueprint(docs.blueprint(described, with_authentication(described, app)))
    app.register_blueprint(inference.blueprint)
    app.register_blueprint(views.blueprint())
    return app


def configure(
    app: Flask, settings: Settings, store: Store, queue: Queue, stopping: ShutdownEvent
) -> None:
    """Attach settings, stores and middleware to the app."""
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.config["TRUSTED_HOSTS"] = settings.trusted_hosts
    metrics_collector = Metrics()
    max_bytes = settings.model_cache_bytes // settings.api_processes
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
        models=LoadedModels(store.models, max_bytes, metrics_collector),
        waits=WaitLimit(settings.threads // 2, stopping),
        streams=Streams(settings.max_streams, Feeds(store, queue), stopping),
        estimates=Mutex("dry runs"),
        drawings=Mutex("pictures"),
        metrics_collector=metrics_collector,
        principal=ANONYMOUS,
    )
    ctx.attach(app)
    metrics_collector.registry.register(StateCollector(ctx))
    authentication = Authentication(settings, ctx)
    authentication.attach(app)
    CorsOrigins(settings.cors_origins).attach(app)
    response: WSGIApplication = partial(Flask.wsgi_app, app)
    if not (
        settings.cors_origins or tracing.is_enabled()
    ):  # CORS and tracing need Flask's hooks for every request
        response = FastPath(response, ctx, authentication)
    response = SecurityHeaders(response)
    if settings.trusted_proxies:
        response = ProxyFix(response, settings.trusted_proxies, settings.trusted_proxies)
    app.wsgi_app = response  # type: ignore[method-assign]
