"""Layers, one noun a file."""

from trainlet.network.layers.dense import Dense
from trainlet.network.layers.layer import Declaration, Layer, Part, Recording

__all__ = ["Declaration", "Dense", "Layer", "Part", "Recording"]
