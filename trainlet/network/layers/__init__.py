"""Layers: dense, convolution, pooling, normalization, dropout and reshaping."""

from trainlet.network.layers.activation import ActivationLayer
from trainlet.network.layers.convolution import Convolution
from trainlet.network.layers.dense import Dense
from trainlet.network.layers.dropout import Dropout
from trainlet.network.layers.layer import Declaration, Layer, Part
from trainlet.network.layers.normalization import BatchNormalization, LayerNormalization
from trainlet.network.layers.pooling import AveragePooling, GlobalAveragePooling, MaxPooling
from trainlet.network.layers.reshape import Flatten, Reshape

__all__ = [
    "ActivationLayer",
    "AveragePooling",
    "BatchNormalization",
    "Convolution",
    "Declaration",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAveragePooling",
    "Layer",
    "LayerNormalization",
    "MaxPooling",
    "Part",
    "Reshape",
]
