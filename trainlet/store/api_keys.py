"""API keys with scopes, owners and expiry. Only the SHA-256 of a key is stored."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from trainlet.errors import FieldError, NotFoundError, ValidationError
from trainlet.keys import KEY
from trainlet.store import records
from trainlet.store.blobs import Blobs

SCOPES = ("train", "predict", "read", "admin")

WORD = r"[a-z0-9][a-z0-9-]{0,31}"
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class ApiKey:
    """Permissions of an API key. Times are RFC 3339 in UTC.

    With tenancy, keys of the same `owner` share jobs, models and uploads, so a key can be replaced
    by another. `prefix` is the required prefix of the names of its jobs and models.
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    owner: str
    prefix: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None = None

    @property
    def expired(self) -> bool:
        if self.expires_at is None:
            return False
        return datetime.fromisoformat(self.expires_at) <= datetime.now(UTC)

    def allows(self, scopes: Collection[str]) -> bool:
        """Return whether the key has one of these scopes; `admin` includes all."""
        return "admin" in self.scopes or any(scope in self.scopes for scope in scopes)


class ApiKeys:
    """All API keys. They are immutable, but can be revoked."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def create(
        self,
        name: str,
        scopes: Collection[str],
        owner: str = "",
        prefix: str = "",
        days: float | None = None,
    ) -> tuple[ApiKey, str]:
        """Create a key, durable at return. Its secret cannot be read again.

        Without an owner the key's id is the owner; without `days` it does not expire. Raises
        ValidationError.
        """
        now = datetime.now(UTC)
        api_key_id = f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(2)}"
        api_key = ApiKey(
            id=api_key_id,
            name=name,
            scopes=tuple(scope for scope in SCOPES if scope in scopes),
            owner=owner or api_key_id,
            prefix=prefix,
            created_at=_text(now),
            expires_at=None if days is None else _text(now + timedelta(days=days)),
        )
        _require_sound(api_key, scopes)
        key = f"trainlet_{api_key.id}_{secrets.token_urlsafe(32)}"
        record = asdict(api_key) | {"sha256": _digest(key)}
        self._blobs.make_folder(f"access/{api_key.id}")
        self._blobs.create(f"access/{api_key.id}/grant", records.encode(record))
        return api_key, key

    def check(self, key: str) -> ApiKey | None:
        """Return the permissions of a valid key; None for any other string.

        Raises ServiceUnavailableError.
        """
        match = KEY.fullmatch(key)
        if match is None:
            return None
        try:
            record = self._record(match[1])
        except NotFoundError:
            record = {}
        if not hmac.compare_digest(_digest(key), record.get("sha256", "")) or not record:
            return None
        api_key = self._api_key(record)
        return None if api_key.revoked_at or api_key.expired else api_key

    def list(self) -> list[ApiKey]:
        """Return all keys, including revoked and expired ones, newest first."""
        results = []
        for api_key_id in sorted(self._blobs.names("access"), reverse=True):
            try:
                results.append(self._api_key(self._record(api_key_id)))
            except NotFoundError:
                continue  # incomplete: being created, or its creation was interrupted
        return results

    def revoke(self, api_key_id: str) -> ApiKey:
        """Revoke a key. This is idempotent. Raises NotFoundError."""
        if not _ID.fullmatch(api_key_id):
            raise NotFoundError(f"there is no key {api_key_id[:64]!r}")
        record = self._record(api_key_id)
        self._blobs.create(f"access/{api_key_id}/revoked", records.encode({"at": records.now()}))
        return self._api_key(record)

    def _record(self, api_key_id: str) -> dict[str, Any]:
        try:
            data = self._blobs.read(f"access/{api_key_id}/grant")
        except NotFoundError:
            raise NotFoundError(f"there is no key {api_key_id!r}") from None
        return records.decode(data, "sha256", "id", "scopes", "owner", "prefix", "expires_at")

    def _api_key(self, record: dict[str, Any]) -> ApiKey:
        api_key = ApiKey(
            record["id"],
            record["name"],
            tuple(record["scopes"]),
            record["owner"],
            record["prefix"],
            record["created_at"],
            record["expires_at"],
        )
        try:
            revoked = records.decode(self._blobs.read(f"access/{api_key.id}/revoked"), "at")["at"]
        except NotFoundError:
            return api_key
        return replace(api_key, revoked_at=revoked)


def _require_sound(api_key: ApiKey, scopes: Collection[str]) -> None:
    """Raise ValidationError with all errors of a new key."""
    wrong = [scope for scope in scopes if scope not in SCOPES]
    results = []
    if wrong or not scopes:
        allowed = f"one or more of {', '.join(SCOPES)}"
        results.append(FieldError(("scopes",), list(scopes), allowed, f"must be {allowed}"))
    for field, value in (("owner", api_key.owner), ("prefix", api_key.prefix or "a")):
        if not re.fullmatch(WORD, value):
            allowed = f"a string that matches {WORD}"
            results.append(FieldError((field,), value, allowed, f"must be {allowed}"))
    if not re.fullmatch(r"[ -~]{1,64}", api_key.name):
        allowed = "1 to 64 printable ASCII characters"
        results.append(FieldError(("name",), api_key.name, allowed, f"must be {allowed}"))
    if results:
        raise ValidationError(results)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _text(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
