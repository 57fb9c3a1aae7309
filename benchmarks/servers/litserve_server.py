"""The network served by LitServe."""

import os
import runpy
from typing import Any

import litserve
from fastapi import Request


class Served(litserve.LitAPI):
    def setup(self, device: str) -> None:
        self.predict_points = runpy.run_path(os.environ["PREDICTOR"])["predict"]

    def decode_request(self, request: Request) -> Any:
        return request["points"]  # parsed by LitServe

    def predict(self, points: Any) -> Any:
        return self.predict_points(points)

    def encode_response(self, outputs: Any) -> Any:
        return {"outputs": outputs.tolist()}


if __name__ == "__main__":
    server = litserve.LitServer(Served(), accelerator="cpu")
    server.run(port=int(os.environ["PORT"]), log_level="error", generate_client_file=False)
