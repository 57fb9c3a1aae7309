"""The server: granian in front of the app, one process that dies with the one that started it."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

import granian
from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from service.app import create_app
from service.waiting import Stopping
from trainlet.errors import TrainletError, Unavailable
from trainlet.queue import Queue, connect
from trainlet.settings import Settings
from trainlet.store import Store

SECONDS_TO_STOP = 10
"""After so many seconds of grace the answering process is killed."""

PR_SET_PDEATHSIG = 1

logger = logging.getLogger(__name__)


class Server(granian.Granian):  # type: ignore[misc,valid-type]
    """Granian that tells requests that wait to come to an end when it stops."""

    stopping: Any

    def shutdown(self, exit_code: int = 0) -> None:
        self.stopping.set()
        super().shutdown(exit_code)


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; answer the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    stopping = multiprocessing.Event()
    try:
        _refuse_taken(settings.host, settings.port)
        server = _server(settings)
        server.stopping = stopping
        app = _app(settings, stopping)
        logger.info("serving http://%s:%d with %d threads", *_where(settings), settings.threads)
        server.serve(target_loader=_loader(app, os.getpid()), wrap_loader=False)
    except (TrainletError, OSError) as error:
        print(f"trainlet service: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _where(settings: Settings) -> tuple[str, int]:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return host, settings.port


def _refuse_taken(host: str, port: int) -> None:
    """Raise OSError if somebody listens there: granian would share the port with another one."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            reason = f"cannot listen on {host} port {port}: {os.strerror(error.errno or 0)}"
            raise OSError(f"{reason} (settings TRAINLET_HOST and TRAINLET_PORT)") from None


def _app(settings: Settings, stopping: Stopping) -> Flask:
    queue = Queue(connect(settings.queue_url), settings.max_queued)
    try:
        store = Store(settings.blob_url)
    except TrainletError as error:
        told = f"TRAINLET_BLOB_URL={settings.blob_url} cannot be used: {error}"
        raise Unavailable(told) from None
    return create_app(settings, store, queue, stopping)


def _server(settings: Settings) -> Server:
    return Server(
        "service",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        blocking_threads=settings.threads,
        workers_kill_timeout=SECONDS_TO_STOP,
        log_level=LogLevels.error,
    )


def _loader(app: Flask, parent: int) -> Callable[[], Flask]:
    """Hand the app over in the process that answers, which was forked from `parent`."""

    def load() -> Flask:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        return app

    return load
