"""Compatibility with KServe's client from PyPI.

It needs a separate interpreter: `scripts/test --kserve PYTHON`, where PYTHON belongs to an
environment with `pip install kserve`.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

CLIENT = Path(__file__).with_name("kserve_client.py")


def test_kserves_client_sees_what_it_expects(
    address: str, client: FlaskClient, pytestconfig: pytest.Config
) -> None:
    python = pytestconfig.getoption("--kserve")
    if python is None:
        pytest.skip("needs an interpreter with KServe; run by scripts/test --kserve PYTHON")
    command = [python, "-W", "ignore", CLIENT, f"http://{address}"]
    ran = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr.decode()
    payload = json.loads(ran.stdout.splitlines()[-1])
    assert (payload["live"], payload["ready"], payload["model"]) == (True, True, True)
    body = {"points": [[1.0, 3.0], [2.0, 2.0]]}
    expected = client.post("/v1/models/circles/predict", json=body).get_json()
    for form in ("json", "binary"):
        assert (payload[form]["id"], payload[form]["model"]) == ("mine", "circles")
        assert payload[form]["labels"] == expected["labels"]
        np.testing.assert_allclose(payload[form]["outputs"], expected["outputs"], rtol=1e-5)
    assert "points" in payload["refused"]
