from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from trainlet.errors import NotFoundError, ValidationError
from trainlet.keys import KEY, redact
from trainlet.store import Store


def test_a_key_is_checked_to_what_it_was_made_for(store: Store) -> None:
    api_key, key = store.api_keys.create("ci", ["read", "train"], owner="blue", prefix="blue-")
    assert store.api_keys.check(key) == api_key
    assert (api_key.scopes, api_key.owner, api_key.prefix) == (("train", "read"), "blue", "blue-")
    assert api_key.allows(["train"])
    assert api_key.allows(["predict", "read"])
    assert not api_key.allows(["predict"])


def test_admin_may_do_everything_and_a_key_is_its_own_owner(store: Store) -> None:
    api_key, _ = store.api_keys.create("boss", ["admin"])
    assert api_key.allows(["predict"])
    assert api_key.owner == api_key.id


def test_only_the_hash_of_a_key_is_stored(store: Store) -> None:
    _, key = store.api_keys.create("ci", ["read"])
    assert KEY.fullmatch(key)
    stored = b"".join(path.read_bytes() for path in all_files(store))
    assert key.encode() not in stored
    assert key.rpartition("_")[2].encode() not in stored
    assert hashlib.sha256(key.encode()).hexdigest().encode() in stored


def all_files(store: Store) -> list[Path]:
    return [path for path in store.blobs.root.rglob("*") if path.is_file()]


def test_keys_differ_and_what_is_nearly_one_is_none(store: Store) -> None:
    (_, one), (_, other) = (store.api_keys.create("ci", ["read"]) for _ in range(2))
    assert one != other
    last = "A" if one[-1] != "A" else "B"
    mixed = one[:26] + other[26:]
    for wrong in ("", "x", one[:-1], one[:-1] + last, one + "A", one + "\n", mixed, "é" * 69):
        assert store.api_keys.check(wrong) is None


def test_a_revoked_key_holds_no_more_and_revoking_it_again_changes_nothing(store: Store) -> None:
    api_key, key = store.api_keys.create("ci", ["read"])
    first = store.api_keys.revoke(api_key.id)
    assert first.revoked_at
    assert store.api_keys.revoke(api_key.id) == first
    assert store.api_keys.check(key) is None
    assert store.api_keys.list() == [first]


def test_a_key_expires(store: Store) -> None:
    api_key, key = store.api_keys.create("ci", ["read"], days=1e-9)
    assert store.api_keys.check(key) is None
    assert api_key.expires_at
    _, lasting = store.api_keys.create("ci", ["read"], days=1)
    assert store.api_keys.check(lasting)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["write"]}, "scopes"),
        ({"owner": "Blue"}, "owner"),
        ({"owner": "a.b"}, "owner"),
        ({"prefix": "../"}, "prefix"),
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
    ],
)
def test_what_is_wrong_with_a_key_is_reported(
    store: Store, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        store.api_keys.create(**({"name": "ci", "scopes": ["read"]} | wrong))  # type: ignore[arg-type]
    assert [error.path[0] for error in raised.value.errors] == [field]
    assert store.api_keys.list() == []


@pytest.mark.parametrize("api_key_id", ["", "../jobs", "0" * 16])
def test_there_is_nothing_to_revoke_under_another_id(store: Store, api_key_id: str) -> None:
    with pytest.raises(NotFoundError):
        store.api_keys.revoke(api_key_id)


def test_the_secret_of_a_key_is_redacted_wherever_it_stands(store: Store) -> None:
    api_key, key = store.api_keys.create("ci", ["read"])
    for length in (None, -1, 40):
        text = redact(f"see {key[:length]} and more")
        assert text == f"see trainlet_{api_key.id}_... and more"
    assert redact("trainlet_") == "trainlet_"
