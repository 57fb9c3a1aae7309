"""OpenAPI document and Swagger UI page, served from local files."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
from flask import Blueprint, Response, send_from_directory
from werkzeug.exceptions import NotFound

from service.auth.principal import needs
from service.context import context
from service.http.bodies import JSON, produces
from service.http.static_files import StaticFile

PAGES = Path(__file__).parent / "pages"
SWAGGER_UI = Path(str(files("flask_swagger_ui"))) / "dist"
FILES = {
    "docs.js": PAGES,
    "swagger-ui.css": SWAGGER_UI,
    "swagger-ui-bundle.js": SWAGGER_UI,
    "favicon-32x32.png": SWAGGER_UI,
}
MAX_AGE_SECONDS = 3600

# Swagger UI sets styles from scripts, and its style sheet contains icons as data URLs.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def blueprint(plain: dict[str, Any], with_keys: dict[str, Any]) -> Blueprint:
    """Serve `/openapi.json`, `/docs` and the files of that page.

    `with_keys` is the document for a service that requires API keys.
    """
    written = [
        StaticFile(orjson.dumps(document), JSON, {"Cache-Control": "no-cache"})
        for document in (plain, with_keys)
    ]
    shown = (PAGES / "docs.html").read_bytes()
    pages = Blueprint("docs", __name__)

    @pages.get("/openapi.json")
    @needs()
    def openapi() -> Response:
        return written[context().settings.demands_keys].response()

    @pages.get("/docs")
    @produces("text/html")
    @needs()
    def page() -> Response:
        policy = {"Content-Security-Policy": PAGE_POLICY}
        return Response(shown, headers=policy, content_type="text/html; charset=utf-8")

    @pages.get("/docs/<name>")
    @produces("text/javascript", "text/css", "image/png")
    @needs()
    def file(name: str) -> Response:
        if name not in FILES:
            raise NotFound
        return send_from_directory(FILES[name], name, max_age=MAX_AGE_SECONDS)

    return pages
