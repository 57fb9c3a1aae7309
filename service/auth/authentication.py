"""Authentication by API key, with scopes and rate limits, before a body is read."""

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
"""Seconds for which a key is cached, and until a revoked key is rejected everywhere."""

MAX_CACHED = 1024
KEY = "trainlet authentication"
REALM = "trainlet"


def authenticate() -> None:
    """Authenticate the current request. Raises 401, 403 or 429."""
    if request.endpoint is None or request.method == "OPTIONS":
        return
    scopes = needed(current_app.view_functions[request.endpoint], request.method)
    if scopes:
        authentication: Authentication = current_app.extensions[KEY]
        g.ctx = authentication.authenticate(request.environ, scopes)


class Authentication:
    """Authenticates requests and gives each principal its context."""

    def __init__(self, settings: Settings, ctx: Context) -> None:
        self._service = ctx
        self._demands_keys = settings.demands_keys
        self._has_tenants = settings.tenancy == "key"
        self._max_in_flight = max(1, settings.threads // 2)
        self._key_rates = RateLimits(settings.rate_limit_per_key)
        self._address_rates = RateLimits(settings.rate_limit_per_ip)
        self._trusted: dict[bytes, tuple[float, ApiKey]] = {}
        self._contexts: dict[Principal, Context] = {}

    def attach(self, app: Flask) -> None:
        """Register this object with an app."""
        app.extensions[KEY] = self

    def authenticate(self, environ: WSGIEnvironment, scopes: tuple[str, ...]) -> Context:
        """Return the context of the principal, whose key must have one of the scopes.

        A request is authenticated and counted once. Raises 401, 403 and 429.
        """
        ctx: Context | None = environ.get(KEY)
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
        environ[KEY] = ctx
        return ctx

    def _api_key(self, authorization: str) -> ApiKey:
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer" or not key:
            challenge = WWWAuthenticate("bearer", {"realm": REALM})
            raise Unauthorized(
                "This request needs an API key: Authorization: Bearer KEY.", None, challenge
            )
        api_key = self._known(key.strip())
        if api_key is None:
            challenge = WWWAuthenticate("bearer", {"realm": REALM, "error": "invalid_token"})
            raise Unauthorized("The API key is unknown, expired or revoked.", None, challenge)
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
        sees_all = not self._has_tenants or "admin" in api_key.scopes
        view = TenantView(None if sees_all else api_key.owner, api_key.prefix)
        principal = Principal(api_key.id, api_key.owner, view)
        ctx = self._contexts.get(principal)
        if ctx is None:
            if len(self._contexts) >= MAX_CACHED:
                self._contexts.clear()
            store = self._service.store.for_tenant(view)
            ctx = self._contexts[principal] = replace(
                self._service, store=store, principal=principal
            )
        return ctx


class MissingScopeError(Forbidden):
    """The API key lacks the scope of a request (RFC 6750, section 3.1)."""

    def __init__(self, api_key: ApiKey, scopes: tuple[str, ...]) -> None:
        expected = " or ".join(scopes)
        super().__init__(
            f"This request needs the scope {expected}; the API key has {', '.join(api_key.scopes)}."
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
        message = f"Too many requests; retry in {wait:.1f} seconds."
        raise TooManyRequests(message, retry_after=ceil(wait))
