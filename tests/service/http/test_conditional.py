"""Strong ETags of immutable content, conditional requests and ranges."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from service.api.models import exports
from tests.service.conftest import Train
from tests.service.specs import circles
from tests.worker.here import work
from trainlet.store import Store

MODEL = "/v1/models/circles"
PATHS = [
    f"{MODEL}/versions/1/weights",
    f"{MODEL}/weights",
    f"{MODEL}/versions/1/onnx",
    f"{MODEL}/standalone.py",
    f"{MODEL}/versions/1/summary",
    "/v1/jobs/JOB/weights",
    "/v1/jobs/JOB/loss.png",
    "/v1/jobs/JOB/boundary.png",
]


@pytest.fixture
def job(store: Store) -> str:
    return work(store, circles(record={"every": 1})).id


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("form", ["{}", 'W/{}, "x"', '"x", {}', "*"])
def test_what_a_client_has_is_not_sent_again(
    client: FlaskClient, job: str, path: str, form: str
) -> None:
    path = path.replace("JOB", job)
    first = client.get(path)
    assert first.status_code == 200, first.get_json()
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get(path, headers={"If-None-Match": form.format(tag)})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    other = client.get(path, headers={"If-None-Match": '"another"'})
    assert (other.status_code, other.data) == (200, first.data)


def test_tags_differ_by_version_and_kind(client: FlaskClient, train: Train) -> None:
    train(circles())
    train(circles(seed=8))
    paths = [
        f"{MODEL}/versions/{version}/{kind}"
        for version in (1, 2)
        for kind in ("weights", "onnx", "standalone.py", "summary")
    ]
    assert len({client.get(path).headers["ETag"] for path in paths}) == len(paths)


def test_nothing_is_made_for_a_client_that_has_it(
    client: FlaskClient, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{MODEL}/standalone.py"
    tag = client.get(path).headers["ETag"]
    monkeypatch.delattr(exports, "to_standalone")
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("ranges", "start", "stop"),
    [("bytes=0-9", 0, 10), ("bytes=10-", 10, None), ("bytes=-5", -5, None), ("bytes=3-3", 3, 4)],
)
def test_weights_come_in_ranges(
    client: FlaskClient, job: str, ranges: str, start: int, stop: int | None
) -> None:
    path = f"{MODEL}/weights"
    whole = client.get(path)
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = client.get(path, headers={"Range": ranges})
    assert (part.status_code, part.data) == (206, whole.data[start:stop])
    assert part.headers["Content-Range"].endswith(f"/{len(whole.data)}")
    tag = whole.headers["ETag"]
    fresh = client.get(path, headers={"Range": ranges, "If-Range": tag})
    assert fresh.status_code == 206
    stale = client.get(path, headers={"Range": ranges, "If-Range": '"another"'})
    assert (stale.status_code, stale.data) == (200, whole.data)


def test_a_range_outside_of_the_weights_is_refused(client: FlaskClient, job: str) -> None:
    path = f"{MODEL}/weights"
    length = len(client.get(path).data)
    response = client.get(path, headers={"Range": f"bytes={length}-"})
    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{length}"
    head = client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(length)


@pytest.mark.parametrize(
    "ranges",
    [
        "lines=0-9",
        "bytes=0-1,4-5",
        "bytes=0-9, 20-",
        "bytes",
        "bytes=",
        "bytes=x-y",
        "bytes=9-3,1-",
    ],
)
def test_ranges_of_another_kind_are_ignored(client: FlaskClient, job: str, ranges: str) -> None:
    whole = client.get(f"{MODEL}/weights")
    response = client.get(f"{MODEL}/weights", headers={"Range": ranges})
    assert (response.status_code, response.data) == (200, whole.data)
    assert response.headers["Accept-Ranges"] == "bytes"


def test_a_range_of_a_head_request_is_ignored(client: FlaskClient, job: str) -> None:
    length = client.get(f"{MODEL}/weights").headers["Content-Length"]
    head = client.head(f"{MODEL}/weights", headers={"Range": "bytes=0-9"})
    assert (head.status_code, head.headers["Content-Length"]) == (200, length)


def test_a_range_beyond_the_end_stops_there(client: FlaskClient, job: str) -> None:
    whole = client.get(f"{MODEL}/weights").data
    for last in ("9" * 30, "9" * 5000):
        response = client.get(f"{MODEL}/weights", headers={"Range": f"bytes=5-{last}"})
        assert response.status_code in (200, 206)
        assert whole.endswith(response.data)
