"""Responses that KServe's client receives, as JSON; run by an interpreter that has the client.

Its dependencies conflict with those of RQ 3.0: they require other versions of dateutil.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import numpy as np
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from kserve.protocol.infer_type import RequestedOutput

NAMES = ("outputs", "labels")


def points(rows: Any, *, binary: bool) -> InferInput:
    array = np.array(rows, np.float32)
    tensor = InferInput("points", list(array.shape), "FP32")
    tensor.set_data_from_numpy(array, binary_data=binary)
    return tensor


async def inferred(client: Any, base: str, *, binary: bool) -> dict[str, Any]:
    request = InferRequest(
        "circles",
        [points([[1.0, 3.0], [2.0, 2.0]], binary=binary)],
        request_id="mine",
        request_outputs=[RequestedOutput(name, {"binary_data": binary}) for name in NAMES],
    )
    response = await client.infer(base, request, model_name="circles")
    document = {output.name: output.as_numpy().tolist() for output in response.outputs}
    return {"id": response.id, "model": response.model_name} | document


async def refused(client: Any, base: str) -> str:
    request = InferRequest("circles", [points([[1.0, 2.0, 3.0]], binary=False)])
    try:
        await client.infer(base, request, model_name="circles")
    except Exception as error:  # noqa: BLE001
        return str(error)
    return "nothing"


async def look(base: str) -> dict[str, Any]:
    client = InferenceRESTClient(RESTConfig(protocol="v2"))
    return {
        "live": await client.is_server_live(base),
        "ready": await client.is_server_ready(base),
        "model": await client.is_model_ready(base, "circles"),
        "json": await inferred(client, base, binary=False),
        "binary": await inferred(client, base, binary=True),
        "refused": await refused(client, base),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(look(sys.argv[1]))))  # noqa: T201
