"""The image and the compose file, as far as they can be checked without Docker."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from trainlet.config import fields
from trainlet.settings import Settings, variable

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
ENTRY_POINTS = ("service", "worker")


def instructions(word: str) -> list[str]:
    return re.findall(rf"^\s*{word}\s+(.*)$", DOCKERFILE, re.MULTILINE)


def environment() -> dict[str, str]:
    pairs = (pair.partition("=") for line in instructions("ENV") for pair in line.split())
    return {name: value for name, _, value in pairs}


def test_what_is_copied_into_the_image_is_there_and_not_ignored() -> None:
    copied = [line.split()[0] for line in instructions("COPY") if "--from" not in line]
    assert copied
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name.rstrip('/')}" in kept


def test_packages_are_those_of_the_lock() -> None:
    (install,) = [line for line in instructions("RUN") if "pip install" in line]
    assert "--require-hashes" in install
    assert "--requirement requirements-image.lock" in install


def test_it_runs_as_a_user_without_rights() -> None:
    assert instructions("USER") == ["trainlet"]
    assert any("useradd" in line and " trainlet" in line for line in instructions("RUN"))


def test_it_is_the_api_unless_reported_otherwise_and_states_how_it_is() -> None:
    assert json.loads(instructions("CMD")[-1]) == ["python", "-m", "service"]
    health = json.loads(instructions("HEALTHCHECK")[0].split("CMD", 1)[1])
    assert health[:2] == ["python", "-c"]
    compile(health[2], "HEALTHCHECK", "exec")


def test_it_computes_on_one_thread_and_keeps_data_in_its_volume() -> None:
    assert environment()["OPENBLAS_NUM_THREADS"] == environment()["OMP_NUM_THREADS"] == "1"
    assert instructions("VOLUME") == [environment()["TRAINLET_DATA_DIR"]]


def test_every_setting_that_image_and_compose_file_set_is_one() -> None:
    known = {variable(field.name) for field in fields(Settings)}
    environments = (COMPOSE["services"][entry_point]["environment"] for entry_point in ENTRY_POINTS)
    used = {name for names in (environment(), *environments) for name in names}
    assert {name for name in used if name.startswith("TRAINLET_")} <= known


@pytest.mark.parametrize("entry_point", ENTRY_POINTS)
def test_an_entry_point_is_the_image_with_its_own_command(entry_point: str) -> None:
    service = COMPOSE["services"][entry_point]
    assert service["build"] == "."
    assert service["command"] == ["python", "-m", entry_point]
    assert service["read_only"] is True
    assert service["depends_on"] == {"redis": {"condition": "service_healthy"}}
    assert service["environment"]["TRAINLET_REDIS_URL"].startswith("redis://redis:")
    assert service["environment"]["OPENBLAS_NUM_THREADS"] == "1"


def test_workers_can_be_scaled() -> None:
    assert not {"ports", "container_name", "hostname"} & set(COMPOSE["services"]["worker"])


def test_doors_share_the_blobs_and_every_volume_is_declared() -> None:
    used = {name: service["volumes"] for name, service in COMPOSE["services"].items()}
    assert used["service"] == used["worker"] == [f"blobs:{environment()['TRAINLET_DATA_DIR']}"]
    named = {volume.split(":")[0] for volumes in used.values() for volume in volumes}
    assert named == set(COMPOSE["volumes"])


def test_redis_keeps_what_it_was_reported() -> None:
    expected = " ".join(COMPOSE["services"]["redis"]["command"])
    assert "--appendonly yes" in expected
    assert "--maxmemory-policy noeviction" in expected


def test_the_api_is_published_to_this_machine_alone() -> None:
    (published,) = COMPOSE["services"]["service"]["ports"]
    assert published == f"127.0.0.1:${{TRAINLET_PORT:-8000}}:{environment()['TRAINLET_PORT']}"
