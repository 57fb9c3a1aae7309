"""Exports: a trained model in forms that others understand.

`summary` tells its layers, `to_onnx` writes the graph for other runtimes, `to_standalone` a
Python file that needs numpy alone. All take raw points: the preprocessing comes along.
"""

from trainlet.export.standalone import to_standalone
from trainlet.export.summary import summary

__all__ = ["summary", "to_standalone"]
