"""The app on a port, with three models, for clients with their own HTTP library."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.service.conftest import Train
from tests.service.specs import circles, line


@pytest.fixture
def models(train: Train) -> None:
    train(line())
    train(circles())
    spec = line(targets=["no", "yes"]) | {"name": "words"}
    spec["architecture"]["layers"][0]["activation"] = "sigmoid"
    train(spec)


@pytest.fixture
def address(app: Flask, models: None) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
