"""Conditional and range requests (RFC 9110, sections 13 and 14) for content that never changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus

from flask import Response, request

from trainlet import __version__

REVALIDATE = "private, no-cache"
"""Caches ask again each time: what was deleted, or needs an API key, is not served by them."""

ONE_RANGE = re.compile("bytes=(?:[0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})")
"""A Range header that is served; any other is ignored, as is one of HEAD (section 14.2)."""


def by_tag(
    parts: tuple[str, ...], make: Callable[[], Response], *, ranges: bool = False
) -> Response:
    """Return what `make` makes, with a strong tag of `parts` and of this program's version.

    A client that has it gets 304 before `make` is called. With `ranges` a part of the content can
    be requested; raises 416 for one that is outside of it.
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
    """Return a response with a strong tag of its content, or 304 for a client that has it."""
    _tagged(response, sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.headers["Cache-Control"] = REVALIDATE
    return response
