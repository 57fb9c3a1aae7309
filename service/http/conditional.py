"""Conditional and range requests (RFC 9110, sections 13 and 14) for immutable content."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus

from flask import Response, request

from trainlet import __version__

REVALIDATE = "private, no-cache"
"""Caches must revalidate, so that they never serve deleted or private content."""

ONE_RANGE = re.compile("bytes=(?:[0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})")
"""Supported Range headers; others are ignored, and so are those of HEAD (section 14.2)."""


def by_tag(
    parts: tuple[str, ...], make: Callable[[], Response], *, ranges: bool = False
) -> Response:
    """Return the response of `make` with a strong ETag of `parts` and this program's version.

    If the client has this content, it gets 304 and `make` is not called. With `ranges` the client
    may request a byte range; a range outside of the content raises 416.
    """
    tag = sha256("\0".join((*parts, __version__)).encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        return _tagged(Response(status=HTTPStatus.NOT_MODIFIED), tag)
    response = _tagged(make(), tag)
    if ranges:
        length, header = len(response.get_data()), request.headers.get("Range", "")
        one = request.method == "GET" and ONE_RANGE.fullmatch(header) is not None
        response.make_conditional(request, accept_ranges=one, complete_length=length)
        response.accept_ranges = "bytes"
    return response


def by_content(response: Response) -> Response:
    """Return a response with a strong ETag of its content, or 304 if the client has it."""
    _tagged(response, sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.headers["Cache-Control"] = REVALIDATE
    return response
