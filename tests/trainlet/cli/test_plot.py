from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.trainlet.cli.command import run


@pytest.fixture
def painter() -> httpx.MockTransport:
    """Return a fake API that responds with the path of the request."""

    def handler(request: httpx.Request) -> httpx.Response:
        if "unknown" in request.url.path:
            return httpx.Response(404, json={"detail": "there is no job unknown"})
        if "bare" in request.url.path:
            return httpx.Response(501, json={"detail": "matplotlib is not installed"})
        return httpx.Response(200, content=request.url.raw_path)

    return httpx.MockTransport(handler)


def test_each_picture_goes_into_its_file(painter: httpx.MockTransport, tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in "abcd"]
    options = "--loss", "--points", "--boundary", "--animate"
    arguments = [word for pair in zip(options, files, strict=True) for word in pair]
    response = run(painter, "job", "plot", "7", *arguments, "--epoch", "3")
    assert response.exit_code == 0, response.output
    assert response.stdout.split() == files
    assert [Path(file).read_text() for file in files] == [
        "/v1/jobs/7/loss.png",
        "/v1/jobs/7/points.png?epoch=3",
        "/v1/jobs/7/boundary.png?epoch=3",
        "/v1/jobs/7/boundary.gif",
    ]
    response = run(painter, "job", "plot", "7", "--loss", files[0], "--json")
    assert json.loads(response.stdout) == {"loss.png": files[0]}


def test_one_goes_to_standard_output(painter: httpx.MockTransport) -> None:
    assert run(painter, "job", "plot", "7", "--boundary", "-").stdout == "/v1/jobs/7/boundary.png"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["7"], 2),
        (["7", "--loss", "-", "--points", "-"], 2),
        (["7", "--loss", "-", "--json"], 2),
        (["7", "--loss", "no/such/folder.png"], 1),
        (["unknown", "--loss", "-"], 4),
        (["bare", "--loss", "-"], 1),
    ],
)
def test_errors_are_reported(arguments: list[str], code: int, painter: httpx.MockTransport) -> None:
    response = run(painter, "job", "plot", *arguments)
    assert response.exit_code == code, response.output
    assert response.stderr.count("Error: ") == 1
