"""The composition root: everything the service is made of, put together."""

from __future__ import annotations

from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from service import docs, errors, people, presets
from service.access import doorkeeper, origins
from service.access.doorkeeper import Doorkeeper
from service.access.guarded import Guarded
from service.access.origins import Origins
from service.bodies import OrjsonProvider, agree_on_media_type
from service.context import Context
from service.datasets import previews, uploads
from service.datasets import views as datasets
from service.events import views as following
from service.events.feeds import Feeds
from service.events.streams import Streams
from service.events.waiting import Stopping, Waits
from service.express.express import Express
from service.inference import routes as inference
from service.inside import snapshots, untrained
from service.inside import views as inside
from service.jobs import reproducing, submission
from service.jobs import views as jobs
from service.models import evaluations, exports, imports, predictions
from service.models import views as models
from service.models.loaded import LoadedModels
from service.monitoring import health, journal, metrics, traces
from service.monitoring.collector import HouseCollector
from service.monitoring.meters import Meters
from service.openapi import Document, with_keys
from service.plots import views as plots
from service.turns import Turns
from trainlet.queue import Queue
from trainlet.settings import Settings
from trainlet.spec import Limits
from trainlet.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

RESOURCES = (
    *(submission, jobs, reproducing, following, snapshots, plots),
    *(datasets, uploads, previews),
    *(models, imports, predictions, evaluations, inside, untrained),
    *(exports, presets, health, metrics),
)


def create_app(
    settings: Settings, store: Store, queue: Queue, stopping: Stopping | None = None
) -> Flask:
    """Make the WSGI application; requests that wait answer once `stopping` is set."""
    app = routes()
    traces.attach(app)
    equip(app, settings, store, queue, stopping or Event())
    return app


def routes() -> Flask:
    """All views and their document, for any settings and stores."""
    app = Flask(__name__, static_folder=None)
    app.json = OrjsonProvider(app)
    app.url_map.merge_slashes = False
    errors.register(app)
    app.before_request(journal.begin)
    app.before_request(doorkeeper.let_in)
    app.before_request(agree_on_media_type)
    app.after_request(journal.end)
    app.after_request(origins.tell)
    document = Document(app)
    for blueprint in dict.fromkeys(resource.blueprint for resource in RESOURCES):
        document.register_blueprint(blueprint)
    told = document.spec.to_dict()
    app.register_blueprint(docs.blueprint(told, with_keys(told, app)))
    app.register_blueprint(inference.blueprint)
    app.register_blueprint(people.blueprint())
    return app


def equip(app: Flask, settings: Settings, store: Store, queue: Queue, stopping: Stopping) -> None:
    """Give the views what they work with."""
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.config["TRUSTED_HOSTS"] = settings.trusted_hosts
    meters = Meters()
    most_bytes = settings.max_loaded_bytes // settings.processes
    house = Context(
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
    )
    house.attach(app)
    meters.registry.register(HouseCollector(house))
    doorkeeper = Doorkeeper(settings, house)
    doorkeeper.attach(app)
    Origins(settings.origins).attach(app)
    answer: WSGIApplication = partial(Flask.wsgi_app, app)
    if not (settings.origins or traces.wanted()):  # for these Flask looks at every request
        answer = Express(answer, house, doorkeeper)
    answer = Guarded(answer)
    if settings.proxies:
        answer = ProxyFix(answer, settings.proxies, settings.proxies)
    app.wsgi_app = answer  # type: ignore[method-assign]
