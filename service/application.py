"""The application: Flask without what it would do anew for every request, always with one end."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, Request
from werkzeug.routing import MapAdapter
from werkzeug.sansio.utils import get_host

HOSTS_KNOWN = 256

known_host = lru_cache(HOSTS_KNOWN)(get_host)
"""A host that is trusted stays so; one that is not raises and is looked at again."""


class Application(Flask):
    """Flask for views that are plain functions, asked under the names of a few hosts."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        if request is None or "HTTP_HOST" not in request.environ:
            return super().create_url_adapter(request)
        environ, trusted = request.environ, self.config["TRUSTED_HOSTS"]
        request.trusted_hosts = trusted
        request.host = known_host(request.scheme, environ["HTTP_HOST"], None, trusted)
        return self.url_map.bind(
            request.host,
            environ.get("SCRIPT_NAME"),
            url_scheme=request.scheme,
            default_method=request.method,
            path_info=request.path,
            query_args=environ.get("QUERY_STRING"),
        )
