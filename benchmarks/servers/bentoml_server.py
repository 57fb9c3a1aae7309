"""The network served by BentoML."""

import os
import runpy
import sys
from pathlib import Path

import bentoml


@bentoml.service
class Served:
    def __init__(self) -> None:
        self.predict_points = runpy.run_path(os.environ["PREDICTOR"])["predict"]

    @bentoml.api
    def predict(self, points: list[list[float]]) -> dict[str, list[list[float]]]:
        return {"outputs": self.predict_points(points).tolist()}


if __name__ == "__main__":
    file = Path(__file__).resolve()
    arguments = ["-m", "bentoml", "serve", f"{file.stem}:Served", "--port", os.environ["PORT"]]
    os.execv(sys.executable, [sys.executable, *arguments, "--working-dir", str(file.parent)])
