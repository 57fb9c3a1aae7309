"""Fake API whose model predicts the four circles without training."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import httpx
import numpy as np

ID = "0" * 32


def inside(point: list[float]) -> bool:
    return any((point[0] - a) ** 2 + (point[1] - b) ** 2 <= 0.5 for a in (1, 3) for b in (1, 3))


def _body(request: httpx.Request) -> Any:
    if request.headers.get("Content-Type") == "application/x-npy":
        return {"points": np.load(BytesIO(request.content), allow_pickle=False).tolist()}
    return json.loads(request.content) if request.content else None


class FakeService(httpx.MockTransport):
    """Jobs step through `epochs` and finish with `status`; models predict `response`."""

    def __init__(self, status: str = "succeeded", response: Any = inside) -> None:
        super().__init__(self.handle)
        self.status, self.response = status, response
        self.epochs = iter([0, 50, 52, 100, 200])
        self.submitted: Any = None

    def handle(self, request: httpx.Request) -> httpx.Response:
        body = _body(request)
        if request.url.path == "/v1/jobs":
            self.submitted = body
            return httpx.Response(202, json=self.job(0))
        if request.url.path == f"/v1/jobs/{ID}/history":
            return httpx.Response(200, json={"loss": [0.5, 0.25]})
        if request.url.path == f"/v1/jobs/{ID}":
            return httpx.Response(200, json=self.job(next(self.epochs)))
        assert request.url.path == "/v1/models/four-circles/versions/3/predict"
        outputs = [[float(self.response(point))] for point in body["points"]]
        labels = [int(output > 0.5) for (output,) in outputs]
        model = {"name": "four-circles", "version": 3}
        return httpx.Response(200, json={"model": model, "outputs": outputs, "labels": labels})

    def job(self, epoch: int) -> dict[str, Any]:
        running = "running" if epoch else "queued"
        return {
            "id": ID,
            "name": "four-circles",
            "created_at": "2026-01-01T00:00:00Z",
            "started_at": None,
            "finished_at": None,
            "queue_position": None,
            "warnings": [],
            "status": self.status if epoch == 200 else running,
            "end_reason": "completed",
            "error": {"detail": "training diverged"} if self.status == "failed" else None,
            "progress": {
                "epoch": epoch,
                "epochs": 200,
                "fraction": epoch / 200,
                "metrics": {"loss": 0.25 if epoch else None},
                "seconds_left": 7.4 if epoch else None,
            },
            "model": {"name": "four-circles", "version": 3, "ready": epoch == 200},
        }
