"""WSGI middleware that handles plain predictions without Flask.

Flask needs more time for routing and the response than a small network needs for inference. Plain
predictions are handled here. Flask receives all other requests unchanged: those with more options,
and those that fail here. Authentication, inference and the access log are the same in both paths.
"""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING

from werkzeug.sansio.utils import get_host

from service.auth.authentication import Authentication
from service.context import Context
from service.inference.infer_request import INFERENCE
from service.inference.predict import SCOPES, ModelRef, find, outputs_of
from service.inference.predict_request import PREDICTION
from service.inference.request_kind import RequestKind, Response_
from service.observability.access_log import HEADER, AccessLogEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from service.server.affinity import Affinity

AFFINITY = "trainlet affinity"
"""Key of the WSGI environment: CPU affinity of the current thread, if the server sets it."""

SMALL_MULTIPLICATIONS = 30_000_000
"""Points × parameters that take about a millisecond; below it, changing the core does not pay."""


class FastPath:
    """WSGI application that handles plain predictions and passes on other requests."""

    def __init__(self, app: WSGIApplication, ctx: Context, authentication: Authentication) -> None:
        self._app = app
        self._authentication = authentication
        settings = ctx.settings
        self._hosts = settings.trusted_hosts
        self._max_bytes, self._max_points = settings.max_body_bytes, settings.max_points

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        affinity: Affinity | None = environ.get(AFFINITY)
        for kind in (PREDICTION, INFERENCE):
            match = kind.path.fullmatch(environ["PATH_INFO"])
            if match is not None:
                break
        if match is None or not kind.is_plain(environ, self._max_bytes):
            if affinity is not None:
                affinity.share(share=False)
            return self._app(environ, start_response)
        entry, (name, version) = AccessLogEntry(environ), match.groups()
        try:
            get_host(environ["wsgi.url_scheme"], environ["HTTP_HOST"], None, self._hosts)
            ctx = self._authentication.authenticate(environ, SCOPES)
            ref = find(ctx, name, version)
            headers, content = self._answer(kind, environ, ref, affinity)
        except Exception:  # noqa: BLE001
            # Flask raises the same error and writes the response.
            return self._app(environ, start_response)
        entry.end(ctx, kind.routes[version is not None], HTTPStatus.OK)
        header_list = [*headers.items(), ("Content-Length", str(len(content))), (HEADER, entry.id)]
        start_response("200 OK", header_list)
        return [content]

    def _answer(
        self, kind: RequestKind, environ: WSGIEnvironment, ref: ModelRef, affinity: Affinity | None
    ) -> Response_:
        """Return the response; the body remains readable if this fails."""
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = BytesIO(body)
        points, response = kind.read(environ, body, ref, self._max_points)
        if affinity is not None:
            work = len(points) * ref.model.stored.parameters.size
            affinity.share(share=work <= SMALL_MULTIPLICATIONS)
        return response(outputs_of(ref.model, points))
