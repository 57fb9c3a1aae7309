"""The doorkeeper: lets a request in by its key and its rate, before anything else looks at it."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from flask import Flask, current_app, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, TooManyRequests, Unauthorized

from service.auth.concurrency import check_concurrency
from service.auth.principal import Principal, needed
from service.auth.rate_limit import RateLimits
from service.context import Context
from trainlet.settings import Settings
from trainlet.store import ApiKey, TenantView

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

CACHE_SECONDS = 2.0
"""A key that is revoked is refused everywhere after so many seconds at the latest."""

MAX_CACHED = 1024
PLACE = "trainlet doorkeeper"
REALM = "trainlet"


def authenticate() -> None:
    """Let the present request in, or raise 401, 403 or 429."""
    if request.endpoint is None or request.method == "OPTIONS":
        return
    scopes = needed(current_app.view_functions[request.endpoint], request.method)
    if scopes:
        authentication: Authentication = current_app.extensions[PLACE]
        g.ctx = authentication.authenticate(request.environ, scopes)


class Authentication:
    """Knows whom to let in, and to what."""

    def __init__(self, settings: Settings, ctx: Context) -> None:
        self._service = ctx
        self._demands_keys = settings.demands_keys
        self._tells_owners_apart = settings.tenancy == "key"
        self._max_in_flight = max(1, settings.threads // 2)
        self._key_rates = RateLimits(settings.rate_limit_per_key)
        self._address_rates = RateLimits(settings.rate_limit_per_ip)
        self._trusted: dict[bytes, tuple[float, ApiKey]] = {}
        self._houses: dict[Principal, Context] = {}

    def attach(self, app: Flask) -> None:
        """Stand before all views of an app."""
        app.extensions[PLACE] = self

    def authenticate(self, environ: WSGIEnvironment, scopes: tuple[str, ...]) -> Context:
        """The house as a caller sees it who has a key for one of the scopes, where any is needed.

        Whoever was let in is let in again at no cost. Raises 401, 403 and 429.
        """
        ctx: Context | None = environ.get(PLACE)
        if ctx is not None:
            return ctx
        ctx = self._service
        check_concurrency(environ, self._max_in_flight)
        _check_rate(self._address_rates, f"address {environ.get('REMOTE_ADDR')}")
        if self._demands_keys:
            api_key = self._api_key(environ.get("HTTP_AUTHORIZATION", ""))
            if not api_key.allows(scopes):
                raise MissingScopeError(api_key, scopes)
            ctx = self._context_of(api_key)
            _check_rate(self._key_rates, f"key {api_key.id}")
        environ[PLACE] = ctx
        return ctx

    def _api_key(self, authorization: str) -> ApiKey:
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer" or not key:
            challenge = WWWAuthenticate("bearer", {"realm": REALM})
            raise Unauthorized("a key is needed: Authorization: Bearer KEY", None, challenge)
        api_key = self._known(key.strip())
        if api_key is None:
            challenge = WWWAuthenticate("bearer", {"realm": REALM, "error": "invalid_token"})
            raise Unauthorized("the key is unknown, expired or revoked", None, challenge)
        return api_key

    def _known(self, key: str) -> ApiKey | None:
        digest, now = hashlib.sha256(key.encode()).digest(), time.monotonic()
        trusted = self._trusted.get(digest)
        if trusted is not None and trusted[0] > now and not trusted[1].expired:
            return trusted[1]
        api_key = self._service.store.api_keys.check(key)
        if api_key is not None:
            if len(self._trusted) >= MAX_CACHED:
                self._trusted.clear()
            self._trusted[digest] = now + CACHE_SECONDS, api_key
        return api_key

    def _context_of(self, api_key: ApiKey) -> Context:
        everyones = not self._tells_owners_apart or "admin" in api_key.scopes
        view = TenantView(None if everyones else api_key.owner, api_key.prefix)
        principal = Principal(api_key.id, api_key.owner, view)
        ctx = self._houses.get(principal)
        if ctx is None:
            if len(self._houses) >= MAX_CACHED:
                self._houses.clear()
            store = self._service.store.for_tenant(view)
            ctx = self._houses[principal] = replace(self._service, store=store, principal=principal)
        return ctx


class MissingScopeError(Forbidden):
    """A key without the scope that a request needs (RFC 6750, section 3.1)."""

    def __init__(self, api_key: ApiKey, scopes: tuple[str, ...]) -> None:
        expected = " or ".join(scopes)
        super().__init__(
            f"this needs a key for {expected}; yours is for {', '.join(api_key.scopes)}"
        )
        parameters: dict[str, str | None] = {
            "realm": REALM,
            "error": "insufficient_scope",
            "scope": " ".join(scopes),
        }
        self._challenge = WWWAuthenticate("bearer", parameters)

    def get_headers(self, environ=None, scope=None):  # type: ignore[no-untyped-def]
        return [*super().get_headers(environ, scope), ("WWW-Authenticate", str(self._challenge))]


def _check_rate(rates: RateLimits, subject: str) -> None:
    wait = rates.wait(subject)
    if wait:
        message = f"too many requests; the next one is answered in {wait:.1f} seconds"
        raise TooManyRequests(message, retry_after=ceil(wait))
