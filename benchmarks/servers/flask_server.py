"""The network in PyTorch, served by a plain Flask route on Granian, the server of trainlet."""

import os
import runpy
from typing import Any

import numpy as np
import torch
from flask import Flask, request
from granian import Granian
from granian.constants import HTTPModes, Interfaces

torch.set_num_threads(1)
PREDICTOR = runpy.run_path(os.environ["PREDICTOR"])
MODEL, ARRAYS = PREDICTOR["MODEL"], PREDICTOR["ARRAYS"]
MEAN, SCALE = np.array(MODEL["mean"]), np.array(MODEL["scale"])
LAYERS = [
    (torch.tensor(ARRAYS[f"{index}.weight"]), torch.tensor(ARRAYS[f"{index}.bias"]))
    for index in range(len(MODEL["layers"]))
]
app = Flask(__name__)


@app.post("/predict")
def predict() -> Any:
    points = np.array(request.get_json()["points"])
    with torch.inference_mode():
        x = torch.from_numpy(((points - MEAN) / SCALE).astype(np.float32))
        for weight, bias in LAYERS:  # four-circles: dense layers with sigmoid
            x = torch.sigmoid(torch.addmm(bias, x, weight))
    return {"outputs": x.tolist()}


if __name__ == "__main__":
    Granian(
        f"{__file__}:app",
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        blocking_threads=16,
        log_enabled=False,
    ).serve(target_loader=lambda *_: app, wrap_loader=False)
