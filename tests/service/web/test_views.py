"""The web UI: its files, caching and security headers."""

from __future__ import annotations

import gzip
import re

from flask.testing import FlaskClient

from service.web.views import FOLDER

MOST_BYTES = 150_000
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file())


def addresses(html: str) -> list[str]:
    return re.findall(r'(?:href|src)="(page/[^"]+)"', html)


def test_every_file_is_there(client: FlaskClient) -> None:
    html = client.get("/").get_data(as_text=True)
    named = {address.split("/", 2)[2] for address in addresses(html)}
    there = {path.relative_to(FOLDER).as_posix() for path in FILES} - {"index.html"}
    assert named <= there
    version = addresses(html)[0].split("/")[1]
    for name in there:
        assert client.get(f"/page/{version}/{name}").status_code == 200


def test_modules_that_are_needed_at_once_are_reported_beforehand(client: FlaskClient) -> None:
    html = client.get("/").get_data(as_text=True)
    assert "/spec/schema.js" in html
    assert "/compare/view.js" not in html


def test_files_are_kept_for_good_and_the_page_is_requested_again(client: FlaskClient) -> None:
    first = client.get("/")
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    file = client.get(f"/{addresses(first.get_data(as_text=True))[0]}")
    assert "immutable" in file.headers["Cache-Control"]


def test_an_address_of_another_version_gets_404(client: FlaskClient) -> None:
    assert client.get("/page/0123456789abcdef/main.js").status_code == 404
    version = addresses(client.get("/").get_data(as_text=True))[0].split("/")[1]
    assert client.get(f"/page/{version}/../people.py").status_code == 404
    assert client.get(f"/page/{version}/none.js").status_code == 404


def test_what_is_sent_is_compressed_and_small(client: FlaskClient) -> None:
    html = client.get("/").get_data(as_text=True)
    packed = {"Accept-Encoding": "gzip"}
    responses = [
        client.get(f"/{address}", headers=packed)
        for address in {"", *addresses(html), "openapi.json", "v1/presets"}
    ]
    assert sum(len(response.data) for response in responses) < MOST_BYTES
    one = client.get("/", headers=packed)
    assert one.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(one.data).decode() == html
    assert one.headers["ETag"] != client.get("/").headers["ETag"]


def test_the_page_may_do_nothing_but_speak_with_its_service(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert client.get("/").headers["X-Content-Type-Options"] == "nosniff"


def test_no_file_speaks_to_another_host_or_writes_markup() -> None:
    written = [path for path in FILES if path.suffix in (".js", ".html", ".css")]
    for path in written:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|[\"'`(]//", text), path
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|\beval\b|new Function", text)
        assert not re.search(r'\sstyle="|<script>|javascript:', text), path


def test_presets_are_listed_with_what_they_must_reach(client: FlaskClient) -> None:
    data = client.get("/v1/presets").get_json()["data"]
    spiral = next(preset for preset in data if preset["name"] == "spiral")
    assert spiral["reaches"]["metric"] == "test_accuracy"
    assert client.post("/v1/jobs", json=spiral["spec"]).status_code == 202
