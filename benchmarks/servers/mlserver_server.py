"""The network served by MLServer with WORKERS workers; 0: in the main process."""

import json
import os
import runpy
import sys
import tempfile
from pathlib import Path

from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class Served(MLModel):
    async def load(self) -> bool:
        self.predict_points = runpy.run_path(os.environ["PREDICTOR"])["predict"]
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        points = NumpyCodec.decode_input(payload.inputs[0])
        outputs = NumpyCodec.encode_output("outputs", self.predict_points(points))
        return InferenceResponse(model_name=self.name, outputs=[outputs])


if __name__ == "__main__":
    port = int(os.environ["PORT"])
    settings = {
        "host": "127.0.0.1",
        "http_port": port,
        "grpc_port": int(os.environ["GRPC_PORT"]),
        "metrics_port": int(os.environ["METRICS_PORT"]),
        "parallel_workers": int(os.environ["WORKERS"]),
        "debug": False,
    }
    model = {"name": "four-circles", "implementation": f"{Path(__file__).stem}.Served"}
    folder = Path(tempfile.mkdtemp())
    (folder / "settings.json").write_text(json.dumps(settings))
    (folder / "model-settings.json").write_text(json.dumps(model))
    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parent)
    command = [sys.executable, "-c", "from mlserver.cli import main; main()", "start", str(folder)]
    os.execv(sys.executable, command)
