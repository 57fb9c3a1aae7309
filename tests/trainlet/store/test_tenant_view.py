"""Tenancy: resources of other owners do not exist."""

from __future__ import annotations

import pytest

from tests.trainlet.store.test_models import publish
from tests.worker.specs import job
from trainlet.datasets import ReadingOptions
from trainlet.errors import NotFoundError, PermissionDeniedError
from trainlet.store import Store, TenantView
from trainlet.store.reindex import reindex


@pytest.fixture
def blue(store: Store) -> Store:
    return store.for_tenant(TenantView("blue"))


@pytest.fixture
def red(store: Store) -> Store:
    return store.for_tenant(TenantView("red"))


def test_jobs_are_seen_by_their_owner_and_by_those_who_see_everything(
    store: Store, blue: Store, red: Store
) -> None:
    own = blue.jobs.accept(job())
    assert blue.jobs.get(own.id).id == own.id
    assert store.jobs.get(own.id).owner == "blue"
    assert [each.id for each in store.jobs.list(10)[0]] == [own.id]
    assert red.jobs.list(10) == ([], None)
    for refused in (red.jobs.get, red.jobs.request_cancel, red.jobs.request_pause, red.jobs.delete):
        with pytest.raises(NotFoundError):
            refused(own.id)
    assert not store.jobs.get(own.id).cancel_requested_at


def test_models_of_the_same_name_are_each_owners_own(store: Store, blue: Store, red: Store) -> None:
    first, second = publish(blue), publish(red)
    assert (first.version, second.version) == (1, 1)
    assert blue.models.get("circles").job == first.id
    assert red.models.get("circles").job == second.id
    assert [model.name for model in blue.models.list(10)[0]] == ["circles"]
    assert {model.name for model in store.models.list(10)[0]} == {"blue.circles", "red.circles"}
    with pytest.raises(NotFoundError):
        store.models.newest("circles")
    for other in ("blue.circles", "../circles"):
        with pytest.raises(NotFoundError):
            red.models.newest(other)


def test_aliases_and_deletion_touch_ones_own_alone(blue: Store, red: Store) -> None:
    publish(blue)
    publish(red)
    blue.models.point("circles", "best", 1)
    assert blue.models.number("circles", "best") == 1
    with pytest.raises(NotFoundError):
        red.models.number("circles", "best")
    red.models.delete_all("circles")
    assert blue.models.get("circles", 1).version == 1


def test_the_same_file_is_another_dataset_for_another_owner(
    store: Store, blue: Store, red: Store
) -> None:
    content = [b"a,b\n1,2\n"]
    one, _ = blue.uploads.receive(content, 100, "one", "text/csv", ReadingOptions())
    other, created = red.uploads.receive(content, 100, "other", "text/csv", ReadingOptions())
    assert created
    assert one.id != other.id
    assert [upload.id for upload in blue.uploads.list(10)[0]] == [one.id]
    assert len(store.uploads.list(10)[0]) == 2
    with pytest.raises(NotFoundError):
        red.uploads.get(one.id)
    with pytest.raises(NotFoundError):
        red.datasets.read(one.id)
    with pytest.raises(NotFoundError):
        red.uploads.delete(one.id)


def test_a_prefix_hides_other_names_and_forbids_to_make_any(store: Store) -> None:
    view = TenantView(prefix="circ")
    some, none = store.for_tenant(view), store.for_tenant(TenantView(prefix="blue-"))
    done = publish(store)
    assert some.jobs.get(done.id).id == done.id
    assert some.models.newest("circles") == 1
    assert none.jobs.list(10) == ([], None)
    assert none.models.list(10) == ([], None)
    with pytest.raises(NotFoundError):
        none.jobs.get(done.id)
    with pytest.raises(NotFoundError):
        none.models.load("circles", 1)
    with pytest.raises(NotFoundError):
        none.models.kept_as("circles")
    view.require("circus")
    with pytest.raises(PermissionDeniedError):
        view.require("blue")


def test_reindexing_gives_versions_back_to_their_owners(store: Store, blue: Store) -> None:
    publish(blue)
    store.blobs.delete_folder("versions/blue.circles")
    assert reindex(store.blobs) == (1, [])
    assert blue.models.newest("circles") == 1
