from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.service.specs import circles
from tests.trainlet.cli.command import run
from tests.trainlet.cli.demo.service import ID, FakeService
from trainlet import presets
from trainlet.store import Store


def test_a_file_is_submitted_and_its_id_reported(
    api: httpx.WSGITransport, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "spec.json"
    file.write_text(json.dumps(circles()))
    response = run(api, "train", str(file), "--no-wait")
    assert response.exit_code == 0, response.output
    assert store.jobs.get(response.stdout.strip()).name == "circles"


def test_standard_input_and_a_preset_are_specs_too(api: httpx.WSGITransport, store: Store) -> None:
    piped = run(api, "train", "-", "--no-wait", "--json", stdin=json.dumps(circles()))
    assert json.loads(piped.stdout)["name"] == "circles"
    preset = run(api, "train", "--preset", "xor", "--no-wait")
    assert store.jobs.get(preset.stdout.strip()).name == "xor"


def test_waiting_reports_progress_beside_the_result() -> None:
    service = FakeService()
    response = run(service, "train", "--preset", "four-circles")
    assert response.exit_code == 0
    assert service.submitted == presets.load("four-circles").spec
    assert response.stdout == "four-circles version 3: succeeded after 200 epochs\n  loss 0.25\n"
    assert "running: epoch 100/200, loss 0.2500, 7 s left" in response.stderr
    assert "trainlet predict four-circles" in response.stderr


def test_quiet_json_output_has_only_the_document() -> None:
    service = FakeService()
    service.epochs = iter([200])
    response = run(service, "train", "--preset", "four-circles", "--quiet", "--json")
    assert json.loads(response.stdout)["id"] == ID
    assert response.stderr == ""


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_job_without_a_model_exits_with_7(status: str) -> None:
    response = run(FakeService(status), "train", "--preset", "four-circles")
    assert response.exit_code == 7
    assert status in response.stderr.splitlines()[-1]


def test_the_job_continues_after_ctrl_c() -> None:
    class Interrupted(FakeService):
        def handle(self, request: httpx.Request) -> httpx.Response:
            if request.method == "GET":
                raise KeyboardInterrupt
            return super().handle(request)

    response = run(Interrupted(), "train", "--preset", "four-circles")
    assert response.exit_code == 130
    assert f"Job {ID} continues." in response.stderr
    assert f"trainlet job cancel {ID}" in response.stderr
    assert f"trainlet job show {ID} --wait" in response.stderr


def test_errors_are_reported_with_their_location_in_the_file(
    api: httpx.WSGITransport, tmp_path: Path
) -> None:
    file = tmp_path / "spec.json"
    file.write_text(
        '{\n  "architecture": {"layers": [\n    {"type": "dense", "units": 0}]},\n'
        '  "dataset": {"source": "four_circles"},\n  "training": {"loss": "mse"}}'
    )
    response = run(api, "train", str(file))
    assert response.exit_code == 3
    assert response.stderr == (
        f"Error: {file} has 2 errors:\n"
        f"  {file}:3:32  #/architecture/layers/0/units: must be an integer from 1 to 65536\n"
        "    got 0\n"
        f"  {file}:5:15  #/training/epochs: is required\n"
        "    got null; allowed: an integer from 1 to 1000000\n"
    )


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"", "<stdin> is empty; it must contain a JSON object"),
        (b'{"a":\n 1,\n x}', "<stdin>:3:2 is not JSON"),
        (b"\xff", "<stdin> is not UTF-8"),
        (b"[" * 100_000, "<stdin>"),
    ],
)
def test_invalid_json_is_reported_before_anything_is_sent(stdin: bytes, message: str) -> None:
    service = FakeService()
    response = run(service, "train", "-", stdin=stdin)
    assert response.exit_code == 3
    assert response.stderr.startswith(f"Error: {message}")
    assert service.submitted is None


@pytest.mark.parametrize("stdin", ["[]", "1", "null"])
def test_json_that_is_not_a_spec_is_reported(stdin: Any, api: httpx.WSGITransport) -> None:
    response = run(api, "train", "-", stdin=stdin)
    assert response.exit_code == 3
    assert "<stdin>:1:1  #: " in response.stderr


@pytest.mark.parametrize("arguments", [[], ["-", "--preset", "xor"], ["no-such-file"]])
def test_a_call_without_a_spec_or_with_two_exits_with_2(arguments: list[str]) -> None:
    assert run(FakeService(), "train", *arguments).exit_code == 2


def test_an_unknown_preset_is_reported_with_the_known_ones() -> None:
    response = run(FakeService(), "train", "--preset", "nope")
    assert response.exit_code == 4
    assert "four-circles" in response.stderr
