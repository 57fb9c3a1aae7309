from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from trainlet.errors import NotFoundError, ValidationError
from trainlet.keys import KEY, redact
from trainlet.store import Store


def test_a_key_is_checked_to_what_it_was_made_for(store: Store) -> None:
    grant, key = store.grants.create("ci", ["read", "train"], owner="blue", prefix="blue-")
    assert store.grants.check(key) == grant
    assert (grant.scopes, grant.owner, grant.prefix) == (("train", "read"), "blue", "blue-")
    assert grant.allows(["train"])
    assert grant.allows(["predict", "read"])
    assert not grant.allows(["predict"])


def test_admin_may_do_everything_and_a_key_is_its_own_owner(store: Store) -> None:
    grant, _ = store.grants.create("boss", ["admin"])
    assert grant.allows(["predict"])
    assert grant.owner == grant.id


def test_only_the_hash_of_a_key_is_stored(store: Store) -> None:
    _, key = store.grants.create("ci", ["read"])
    assert KEY.fullmatch(key)
    stored = b"".join(path.read_bytes() for path in all_files(store))
    assert key.encode() not in stored
    assert key.rpartition("_")[2].encode() not in stored
    assert hashlib.sha256(key.encode()).hexdigest().encode() in stored


def all_files(store: Store) -> list[Path]:
    return [path for path in store.blobs.root.rglob("*") if path.is_file()]


def test_keys_differ_and_what_is_nearly_one_is_none(store: Store) -> None:
    (_, one), (_, other) = (store.grants.create("ci", ["read"]) for _ in range(2))
    assert one != other
    last = "A" if one[-1] != "A" else "B"
    mixed = one[:26] + other[26:]
    for wrong in ("", "x", one[:-1], one[:-1] + last, one + "A", one + "\n", mixed, "é" * 69):
        assert store.grants.check(wrong) is None


def test_a_revoked_key_holds_no_more_and_revoking_it_again_changes_nothing(store: Store) -> None:
    grant, key = store.grants.create("ci", ["read"])
    first = store.grants.revoke(grant.id)
    assert first.revoked_at
    assert store.grants.revoke(grant.id) == first
    assert store.grants.check(key) is None
    assert store.grants.list() == [first]


def test_a_key_expires(store: Store) -> None:
    grant, key = store.grants.create("ci", ["read"], days=1e-9)
    assert store.grants.check(key) is None
    assert grant.expires_at
    _, lasting = store.grants.create("ci", ["read"], days=1)
    assert store.grants.check(lasting)


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
def test_what_is_wrong_with_a_key_is_told(
    store: Store, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        store.grants.create(**({"name": "ci", "scopes": ["read"]} | wrong))  # type: ignore[arg-type]
    assert [fault.path[0] for fault in raised.value.faults] == [field]
    assert store.grants.list() == []


@pytest.mark.parametrize("grant_id", ["", "../jobs", "0" * 16])
def test_there_is_nothing_to_revoke_under_another_id(store: Store, grant_id: str) -> None:
    with pytest.raises(NotFoundError):
        store.grants.revoke(grant_id)


def test_the_secret_of_a_key_is_redacted_wherever_it_stands(store: Store) -> None:
    grant, key = store.grants.create("ci", ["read"])
    for length in (None, -1, 40):
        text = redact(f"see {key[:length]} and more")
        assert text == f"see trainlet_{grant.id}_... and more"
    assert redact("trainlet_") == "trainlet_"
