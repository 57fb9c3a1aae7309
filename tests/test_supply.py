"""Claims of SECURITY.md, forbidden calls and the bill of materials."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", SECURITY)))
LINES = [line for line in SECURITY.splitlines() if re.match(r"\| (can|cannot) ", line)]

FORBIDDEN = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
CALLS = {"eval", "exec", "compile", "__import__"}


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_named_test_exists(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_claim_names_a_test_or_no_protection() -> None:
    assert len(LINES) > 20
    for line in LINES:
        assert "::test_" in line or "(no protection" in line, line
        assert line.startswith("| can ") or "(no protection" not in line, line


def sources() -> Iterator[tuple[Path, ast.AST]]:
    for package in ("trainlet", "service", "worker"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_nothing_unpickles_evaluates_or_calls_a_shell() -> None:
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert not {alias.name.split(".")[0] for alias in node.names} & FORBIDDEN, path
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] not in FORBIDDEN, path
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Name):
                    assert node.func.id not in CALLS, (path, node.lineno)
                assert not [
                    keyword
                    for keyword in node.keywords
                    if keyword.arg in ("shell", "allow_pickle")
                    and getattr(keyword.value, "value", None) is not False
                ], (path, node.lineno)


def test_the_bill_of_materials_is_that_of_the_lock() -> None:
    written = subprocess.run([ROOT / "scripts" / "sbom"], check=True, capture_output=True)
    document = json.loads(written.stdout)
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    lock = (ROOT / "requirements-image.lock").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9-]+==[^\s;]+)", lock, re.MULTILINE))
    components = document["components"]
    assert {f"{each['name']}=={each['version']}" for each in components} == pinned
    hashes = {
        result["content"]
        for each in components
        for reference in each["externalReferences"]
        for result in reference["hashes"]
    }
    assert hashes == set(re.findall(r"sha256:([0-9a-f]{64})", lock))
    assert len({each["bom-ref"] for each in components}) == len(components)
