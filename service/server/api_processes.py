"""API processes: Granian serves the app and dies with the process that started it."""

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
"""Connections per process besides streams; the kernel distributes them at random."""

STOP_TIMEOUT_SECONDS = 10
"""Seconds of grace until API processes are killed."""

logger = logging.getLogger(__name__)


class Server(granian.Granian):  # type: ignore[misc,valid-type]
    """Granian that ends waiting requests when it stops."""

    stop: Shutdown

    def startup(self, *programs: Any) -> None:
        super().startup(*programs)
        install_handlers()

    def shutdown(self, exit_code: int = 0) -> None:
        self.stop.set()
        super().shutdown(exit_code)

    def signal_handler_reload(self, *_: Any) -> None:
        """Stop, because a restart with the same app and settings would change nothing."""
        self.signal_handler_interrupt()


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT and return the exit status."""
    logs.begin(settings.log_format, gather=True)
    tracing.prepare()
    try:
        with shared():
            port.check(settings)  # Granian would share a port that is in use
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
        address=port.address(settings),
        port=settings.port,
        workers=settings.api_processes,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(settings.request_timeout_seconds * 1000)
        ),
        websockets=False,
        # Each open stream takes a thread; LimitedApplication bounds those that compute.
        blocking_threads=settings.threads + settings.max_streams,
        backpressure=CONNECTIONS + settings.max_streams,
        workers_kill_timeout=STOP_TIMEOUT_SECONDS,
        log_level=LogLevels.error,
    )


class LimitedApplication:
    """WSGI application with a bounded number of concurrent requests.

    The bodies of streams are not counted.
    """

    def __init__(self, app: Flask, settings: Settings, affinity: Affinity | None) -> None:
        self._app = app
        self._affinity = affinity
        self._free = FairSemaphore(settings.threads)
        self._concurrency = Concurrency()
        # A proxy has one address for many clients, and it buffers slow bodies.
        self._is_counted = not settings.is_local and not settings.trusted_proxies

    def __call__(self, environ: Any, start_response: Any) -> Any:
        environ[AFFINITY] = self._affinity
        with self._concurrency.counted(environ) if self._is_counted else nullcontext(), self._free:
            return self._app(environ, start_response)


def _loader(settings: Settings, stop: Shutdown, parent: int) -> Callable[[], LimitedApplication]:
    """Return the function that loads the app in each API process forked from `parent`.

    The app is created here, so that errors are reported at once and limits are shared by all
    processes. It must not read from the store before the fork: an object store starts threads,
    which a forked process loses.
    """
    app = _app(settings, stop)
    models: LoadedModels = app.extensions[KEY].models
    # Services on one machine should not all start with the same processor.
    processor = Value("i", random.randrange(os.cpu_count() or 1))  # noqa: S311
    left_out = Lock()

    def load() -> LimitedApplication:
        die_with_parent(parent)
        # Only the parent handles Ctrl-C and stops this process: Granian 2.8 may hang if it gets
        # the signal twice.
        os.setpgrp()
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # allow writes to the terminal
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)  # the parent's handlers do nothing here
        if stop.wait(0):  # a signal arrived before
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
        # Objects created so far are permanent, so the garbage collector can skip them.
        gc.freeze()
        return LimitedApplication(app, settings, affinity)

    return load
