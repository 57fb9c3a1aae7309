"""The server: granian in front of the app, in processes that die with the one that started them."""

from __future__ import annotations

import gc
import logging
import os
import random
import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext
from multiprocessing import Lock, Value
from typing import Any

import granian
from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from service.app import create_app
from service.auth.concurrency import Concurrency
from service.context import KEY
from service.inference.fast_path import AFFINITY
from service.inference.model_cache import LoadedModels
from service.observability.multiprocess import assign_folder, shared
from service.server.affinity import Affinity
from service.server.fair_semaphore import FairSemaphore
from service.server.shutdown import Shutdown
from service.server.signals import install_handlers
from trainlet import logs, tracing
from trainlet.errors import ServiceUnavailableError, TrainletError
from trainlet.local import port
from trainlet.local.parent_death import die_with_parent
from trainlet.queue import Queue, connect
from trainlet.settings import Settings
from trainlet.store import Store

CONNECTIONS = 1024
"""Besides streams so many may come to one process: the kernel deals them out by chance."""

STOP_TIMEOUT_SECONDS = 10
"""After so many seconds of grace the answering processes are killed."""

logger = logging.getLogger(__name__)


class Server(granian.Granian):  # type: ignore[misc,valid-type]
    """Granian that tells requests that wait to come to an end when it stops."""

    stop: Shutdown

    def startup(self, *programs: Any) -> None:
        super().startup(*programs)
        install_handlers()

    def shutdown(self, exit_code: int = 0) -> None:
        self.stop.set()
        super().shutdown(exit_code)

    def signal_handler_reload(self, *_: Any) -> None:
        """Stop: to begin anew with the same app and settings would change nothing."""
        self.signal_handler_interrupt()


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; answer the exit status."""
    logs.begin(settings.log_format, gather=True)
    tracing.prepare()
    try:
        with shared():
            port.check(settings)  # granian would share the port with another one
            _serve(settings)
    except (TrainletError, OSError) as error:
        print(f"trainlet service: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _serve(settings: Settings) -> None:
    server = _server(settings)
    server.stop = Shutdown()
    load = _loader(settings, server.stop, os.getpid())
    message = "serving %s with %d processes of %d threads"
    logger.info(message, port.url(settings), settings.api_processes, settings.threads)
    server.serve(target_loader=load, wrap_loader=False)


def _app(settings: Settings, stop: Shutdown) -> Flask:
    queue = Queue(connect(settings.queue_url), settings.max_queued)
    try:
        store = Store(settings.blob_url, settings.kept_dir)
    except TrainletError as error:
        message = f"TRAINLET_BLOB_URL={settings.blob_url} cannot be used: {error}"
        raise ServiceUnavailableError(message) from None
    return create_app(settings, store, queue, stop)


def _server(settings: Settings) -> Server:
    return Server(
        "service",
        address=settings.host,
        port=settings.port,
        workers=settings.api_processes,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(settings.request_timeout_seconds * 1000)
        ),
        websockets=False,
        # Each open stream takes a thread; only so many compute answers, see Gate.
        blocking_threads=settings.threads + settings.max_streams,
        backpressure=CONNECTIONS + settings.max_streams,
        workers_kill_timeout=STOP_TIMEOUT_SECONDS,
        log_level=LogLevels.error,
    )


class LimitedApplication:
    """An application that makes `most` answers at once; the bodies of streams are not counted."""

    def __init__(self, app: Flask, settings: Settings, affinity: Affinity | None) -> None:
        self._app = app
        self._affinity = affinity
        self._free = FairSemaphore(settings.threads)
        self._concurrency = Concurrency()
        # A proxy stands for many clients and holds slow bodies back itself.
        self._is_counted = not settings.is_local and not settings.trusted_proxies

    def __call__(self, environ: Any, start_response: Any) -> Any:
        environ[AFFINITY] = self._affinity
        with self._concurrency.counted(environ) if self._is_counted else nullcontext(), self._free:
            return self._app(environ, start_response)


def _loader(settings: Settings, stop: Shutdown, parent: int) -> Callable[[], LimitedApplication]:
    """What gives the app to each process that answers, all of them forked from `parent`.

    The app is made here, so that what is wrong is told at once, and bounds are for all processes
    together. It has read nothing of the store yet: one of objects begins threads as it does, and
    they do not go along when a process is forked.
    """
    app = _app(settings, stop)
    models: LoadedModels = app.extensions[KEY].models
    # Several services on one machine are not to begin with the same processor.
    processor = Value("i", random.randrange(os.cpu_count() or 1))  # noqa: S311
    left_out = Lock()

    def load() -> LimitedApplication:
        die_with_parent(parent)
        # Ctrl-C is for the parent alone, who stops this one: granian 2.8 may wait forever if it is
        # told twice.
        os.setpgrp()
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # it may write to the terminal all the same
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)  # the parent's do nothing here
        if stop.wait(0):  # a signal came before that
            os._exit(0)
        install_handlers()
        tracing.begin("trainlet-service")
        with processor.get_lock():
            processor.value += 1
            affinity = Affinity.of_process(processor.value)
        try:
            assign_folder()
            models.load_newest()
        except TrainletError as error:
            if left_out.acquire(block=False):
                print(f"trainlet service: {error}", file=sys.stderr)  # noqa: T201
            os._exit(1)
        # What is there now stays: to look at all of it for garbage would hold up an answer.
        gc.freeze()
        return LimitedApplication(app, settings, affinity)

    return load
