"""Exports of trained models: ONNX, standalone Python file and summary.

`summary` returns the layers, `to_onnx` an ONNX graph for other runtimes, `to_standalone` a Python
file that only needs NumPy. Both exports include the preprocessing and take raw points.
"""

from trainlet.export.standalone import to_standalone
from trainlet.export.summary import summary

__all__ = ["summary", "to_standalone"]
