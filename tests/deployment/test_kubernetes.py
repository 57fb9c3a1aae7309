"""Validity and consistency of the manifests, by the schemas of Kubernetes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from trainlet.config import fields
from trainlet.queue import NAMES
from trainlet.settings import Settings, variable

FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
SCHEMAS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "kubernetes-1.37.json").read_text(encoding="utf-8")
)
KUSTOMIZATIONS: dict[str, Any] = {
    name: yaml.safe_load((FOLDER / name / "kustomization.yaml").read_text())
    for name in ("base", "keda")
}
MANIFESTS: list[dict[str, Any]] = [
    document
    for name in KUSTOMIZATIONS
    for file in sorted((FOLDER / name).glob("*.yaml"))
    if file.name != "kustomization.yaml"
    for document in yaml.safe_load_all(file.read_text())
]
NATIVE = [each for each in MANIFESTS if each["kind"] != "ScaledObject"]
PODS = [each for each in MANIFESTS if each["kind"] in ("Deployment", "StatefulSet")]


def named(manifest: dict[str, Any]) -> str:
    return f"{manifest['kind']} {manifest['metadata']['name']}"


@pytest.mark.parametrize("manifest", NATIVE, ids=named)
def test_a_manifest_is_valid(manifest: dict[str, Any]) -> None:
    schema = {"$ref": f"#/$defs/{manifest['kind']}", "$defs": SCHEMAS["$defs"]}
    errors = [error.message for error in Draft202012Validator(schema).iter_errors(manifest)]
    assert errors == []


def test_the_schemas_find_what_is_wrong() -> None:
    broken = json.loads(json.dumps(PODS[0]))
    broken["spec"]["template"]["spec"]["containers"][0]["imag"] = "a"
    schema = {"$ref": f"#/$defs/{broken['kind']}", "$defs": SCHEMAS["$defs"]}
    assert list(Draft202012Validator(schema).iter_errors(broken))


@pytest.mark.parametrize("name", KUSTOMIZATIONS)
def test_a_kustomization_names_every_file_beside_it(name: str) -> None:
    listed = {each for each in KUSTOMIZATIONS[name]["resources"] if each.endswith(".yaml")}
    there = {file.name for file in (FOLDER / name).glob("*.yaml")} - {"kustomization.yaml"}
    assert listed == there
    assert all((FOLDER / name / each).exists() for each in KUSTOMIZATIONS[name]["resources"])


def test_every_setting_is_one() -> None:
    known = {variable(field.name) for field in fields(Settings)}
    literals = KUSTOMIZATIONS["base"]["configMapGenerator"][0]["literals"]
    used = {literal.partition("=")[0] for literal in literals}
    used |= set(re.findall(r"TRAINLET_\w+", (FOLDER / "base" / "worker.yaml").read_text()))
    used.discard("TRAINLET_REDIS_URL")
    assert {name for name in used if name.startswith("TRAINLET_")} <= known
    values = dict(literal.split("=", 1) for literal in literals)
    Settings(
        redis_url=values["TRAINLET_REDIS_URL"],
        blob_url=values["TRAINLET_BLOB_URL"],
        auth=values["TRAINLET_AUTH"],
        log_format=values["TRAINLET_LOG_FORMAT"],
    )


@pytest.mark.parametrize("manifest", PODS, ids=named)
def test_variables_of_services_are_no_settings(manifest: dict[str, Any]) -> None:
    # Kubernetes sets NAME_PORT, NAME_PORT_80_TCP, NAME_SERVICE_HOST, … in every pod whose service
    # links are on (documentation of Services, "Environment variables").
    settings = {variable(field.name) for field in fields(Settings)}
    injected = set()
    if manifest["spec"]["template"]["spec"].get("enableServiceLinks", True):
        for service in MANIFESTS:
            if service["kind"] == "Service":
                prefix = service["metadata"]["name"].upper().replace("-", "_")
                injected |= {name for name in settings if name.startswith(f"{prefix}_PORT")}
                injected |= {name for name in settings if name.startswith(f"{prefix}_SERVICE_")}
    assert injected == set()


@pytest.mark.parametrize("manifest", PODS, ids=named)
def test_pods_have_no_rights_and_limits(manifest: dict[str, Any]) -> None:
    template = manifest["spec"]["template"]
    pod = template["spec"]
    assert (
        manifest["spec"]["selector"]["matchLabels"].items()
        <= template["metadata"]["labels"].items()
    )
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    for container in pod["containers"]:
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["requests"]
        assert container["resources"]["limits"]["memory"]
        assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container)


def test_everything_that_runs_has_a_policy_and_a_budget_unless_it_is_single() -> None:
    def of(kind: str, *path: str) -> set[str]:
        results = set()
        for manifest in MANIFESTS:
            if manifest["kind"] == kind:
                value = manifest["spec"]
                for step in path:
                    value = value[step]
                results.add(value["matchLabels"]["app.kubernetes.io/name"])
        return results

    names = {each["metadata"]["name"] for each in PODS}
    assert of("NetworkPolicy", "podSelector") == names
    assert of("PodDisruptionBudget", "selector") == names - {"valkey"}


def test_workers_are_scaled_by_lists_that_there_are() -> None:
    [scaled] = [each for each in MANIFESTS if each["kind"] == "ScaledObject"]
    assert scaled["spec"]["scaleTargetRef"]["name"] in {each["metadata"]["name"] for each in PODS}
    lists = [trigger["metadata"]["listName"] for trigger in scaled["spec"]["triggers"]]
    assert set(lists) <= {f"rq:queue:{name}" for name in NAMES}
    assert len(set(lists)) == len(lists)
