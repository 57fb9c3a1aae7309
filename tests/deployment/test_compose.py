"""Validity of the compose files by the schema of the Compose Specification."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

ROOT = Path(__file__).parents[2]
FILES = ("docker-compose.yml", "deploy/compose.replicas.yml")
SCHEMA = json.loads((Path(__file__).parent / "compose-2.40.json").read_text(encoding="utf-8"))


class Loader(yaml.SafeLoader):
    """Loader with Compose's own tag that resets the value of another file."""


Loader.add_constructor("!reset", lambda loader, node: [])


def read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(  # a SafeLoader
        (ROOT / name).read_text(encoding="utf-8"), Loader
    )
    return document


def errors(document: dict[str, Any]) -> list[str]:
    return [error.json_path for error in Draft7Validator(SCHEMA).iter_errors(document)]


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_valid(name: str) -> None:
    assert errors(read(name)) == []


def test_the_schema_finds_what_is_wrong() -> None:
    right = read(FILES[0])
    for key, value in (("imag", "a"), ("restart", 3), ("stop_grace_period", [])):
        wrong = copy.deepcopy(right)
        wrong["services"]["worker"][key] = value
        assert errors(wrong), key


def test_replicas_are_reached_through_a_balancer_alone() -> None:
    alone, services = read(FILES[0])["services"], read(FILES[1])["services"]
    assert services["service"]["ports"] == []
    assert services["service"]["environment"] == {"TRAINLET_TRUSTED_PROXIES": "1"}
    assert services["balancer"]["ports"] == alone["service"]["ports"]
    [mounted] = services["balancer"]["volumes"]
    assert (ROOT / mounted.split(":")[0]).exists()
