"""Express: predictions that are asked for as nearly always, answered without Flask.

To route a request and to make an answer takes Flask longer than a small network takes to predict.
So what is asked in the plainest way is answered here, and everything else goes on to Flask as it
came: what asks for more, what fails, and what nobody foresaw. Who may ask, what is computed and
what the journal tells is the same in both.
"""

from __future__ import annotations

import re
from contextlib import nullcontext
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING

import orjson

from service.access.doorkeeper import Doorkeeper
from service.affinity import PLACE, Affinity
from service.application import known_host
from service.bodies import JSON
from service.context import Context
from service.models.points import Points
from service.models.predicting import SCOPES, Asked, find, outputs_of, points_in, told
from service.monitoring.journal import HEADER, Entry
from service.npy import NPY, write_npy
from service.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = re.compile(r"/v1/models/([\w.-]+)(?:/versions/([\w.-]+))?/predict", re.ASCII)
ROUTES = "/v1/models/<name>/predict", "/v1/models/<name>/versions/<version>/predict"
LENGTH = re.compile("[1-9][0-9]{0,14}")
MEDIA_TYPES = (JSON, NPY)
ANYTHING = ("", "*/*")
LITTLE = 30_000_000
"""Points × parameters that take about a millisecond, in calls too short to be worth a hand-over."""

SHORT = 65_536
"""Bytes of a request that is read in so little time that others can wait."""


class Express:
    """An application whose plain predictions are made here."""

    def __init__(self, app: WSGIApplication, house: Context, doorkeeper: Doorkeeper) -> None:
        self._app = app
        self._doorkeeper = doorkeeper
        # Of threads that compute little only one runs at a time; so the first is first.
        self._turns = Places(1)
        settings = house.settings
        self._hosts = settings.trusted_hosts
        self._most_bytes, self._most_points = settings.max_body_bytes, settings.max_points

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        affinity: Affinity | None = environ.get(PLACE)
        found = PATH.fullmatch(environ["PATH_INFO"])
        if found is None or not self._is_plain(environ):
            if affinity is not None:
                affinity.share(share=False)
            return self._app(environ, start_response)
        entry, (name, version) = Entry(environ), found.groups()
        try:
            known_host(environ["wsgi.url_scheme"], environ["HTTP_HOST"], None, self._hosts)
            house = self._doorkeeper.let_in(environ, SCOPES)
            media_type, content = self._predict(environ, find(house, name, version), affinity)
        except Exception:  # noqa: BLE001
            # Flask meets the same and says what is wrong.
            return self._app(environ, start_response)
        entry.end(house, ROUTES[version is not None], HTTPStatus.OK)
        headers = [
            ("Content-Type", media_type),
            ("Content-Length", str(len(content))),
            (HEADER, entry.id),
        ]
        start_response("200 OK", headers)
        return [content]

    def _predict(
        self, environ: WSGIEnvironment, asked: Asked, affinity: Affinity | None
    ) -> tuple[str, bytes]:
        """What is answered, and its media type; what was read of the request can be read again."""
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = BytesIO(body)
        form = environ.get("HTTP_ACCEPT", JSON)
        # What is long is long to read, too.
        with self._turns if len(body) <= SHORT else nullcontext():
            points = points_in(body, environ["CONTENT_TYPE"], asked.model, self._most_points)
            is_little = len(points) * asked.model.stored.parameters.size <= LITTLE
            if affinity is not None:
                affinity.share(share=is_little)
            if is_little:
                return _answer(asked, points, form)
        return _answer(asked, points, form)

    def _is_plain(self, environ: WSGIEnvironment) -> bool:
        """Whether nothing is asked but to predict what the body holds."""
        return (
            environ["REQUEST_METHOD"] == "POST"
            and not environ.get("QUERY_STRING")
            and environ.get("CONTENT_TYPE") in MEDIA_TYPES
            and environ.get("HTTP_ACCEPT", "") in (*ANYTHING, *MEDIA_TYPES)
            and LENGTH.fullmatch(environ.get("CONTENT_LENGTH", "")) is not None
            and int(environ["CONTENT_LENGTH"]) <= self._most_bytes
        )


def _answer(asked: Asked, points: Points, form: str) -> tuple[str, bytes]:
    """What is answered, and its media type."""
    outputs = outputs_of(asked.model, points)
    if form == NPY:
        return NPY, write_npy(outputs)
    return JSON, orjson.dumps(told(asked, outputs), option=orjson.OPT_SERIALIZE_NUMPY)
