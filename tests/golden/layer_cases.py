"""Cases for every layer and activation, each in a small network with plain SGD."""

from __future__ import annotations

from tests.golden.cases import (
    BATCH_NORMAL,
    FLATTEN,
    HEAD,
    LAYER_NORMAL,
    Case,
    Spec,
    activated,
    conv,
    dense,
    on_images,
    on_rows,
    pool,
)

RELU: Spec = {"type": "activation", "activation": {"type": "relu"}}

DENSE = {
    "dense": on_rows(dense(4, "tanh"), dense(3, "tanh"), dense(2)),
    "dense-without-bias": on_rows(dense(4, "tanh", use_bias=False), dense(2, use_bias=False)),
    "dense-bias-held": on_rows(dense(4, "tanh", trainable_bias=False), dense(2)),
    "dense-held": on_rows(dense(5, "tanh"), dense(4, "tanh", trainable=False), dense(2)),
}

CONVOLUTION = {
    "conv2d": on_images(conv(3, 3), conv(2, 2), *HEAD),
    "conv2d-stride": on_images(conv(3, 2, stride=2), *HEAD),
    "conv2d-stride-into-another": on_images(conv(3, 1), conv(3, 3, stride=2), *HEAD),
    "conv2d-same": on_images(conv(3, 3, padding="same"), conv(2, 2, padding="same"), *HEAD),
    "conv2d-same-stride": on_images(conv(2, 1), conv(3, 3, padding="same", stride=2), *HEAD),
    "conv2d-same-stride-even": on_images(conv(2, 1), conv(3, 2, padding="same", stride=3), *HEAD),
    "conv2d-dilation": on_images(conv(2, 1), conv(3, 2, dilation=3), *HEAD),
    "conv2d-same-dilation": on_images(conv(2, 1), conv(2, 2, padding="same", dilation=2), *HEAD),
    "conv2d-all-at-once": on_images(
        conv(2, 1), conv(3, 3, padding="same", dilation=2, stride=2), *HEAD
    ),
    "conv2d-without-bias": on_images(conv(3, 3, use_bias=False), *HEAD),
    "conv2d-bias-held": on_images(conv(3, 3, trainable_bias=False), *HEAD),
    "conv2d-held": on_images(conv(3, 2), conv(3, 2, trainable=False), *HEAD),
}

POOLING = {
    f"{kind}{name}": on_images(conv(3, 2, "relu", padding="same"), layer, *HEAD)
    for kind in ("max_pool2d", "average_pool2d")
    for name, layer in {
        "": pool(kind, 2),
        "-overlapping": pool(kind, 3, 1),
        "-apart": pool(kind, 2, 3),
    }.items()
} | {
    "max_pool2d-ties": on_images(conv(3, 1), pool("max_pool2d", 2), *HEAD, inputs="ties"),
    "global_average_pool2d": on_images(
        conv(4, 3), {"type": "global_average_pool2d"}, dense(2), rate=0.2
    ),
}

RESHAPING = {
    "flatten": on_images(FLATTEN, dense(3, "tanh"), dense(2), rate=0.01),
    "flatten-row": on_rows(dense(4, "tanh"), FLATTEN, dense(2)),
    "reshape-row-to-image": on_rows(
        dense(12, "tanh"), {"type": "reshape", "shape": [2, 3, 2]}, conv(2, 2), *HEAD
    ),
    "reshape-image-to-image": on_images(
        conv(3, 2), {"type": "reshape", "shape": [6, 5, 2]}, conv(2, 2), *HEAD
    ),
    "reshape-image-to-row": on_images(
        conv(3, 3), {"type": "reshape", "shape": [36]}, dense(3, "tanh"), dense(2)
    ),
}

NORMALIZATION = {
    "batch_normalization": on_rows(dense(4), BATCH_NORMAL, RELU, dense(2)),
    "batch_normalization-image": on_images(conv(3, 2, "linear"), BATCH_NORMAL, RELU, *HEAD),
    "batch_normalization-held": on_images(
        conv(3, 2, "linear"), BATCH_NORMAL | {"trainable": False}, RELU, *HEAD
    ),
    "layer_normalization": on_rows(dense(4), LAYER_NORMAL, RELU, dense(2)),
    "layer_normalization-image": on_images(conv(3, 2, "linear"), LAYER_NORMAL, RELU, *HEAD),
    "layer_normalization-held": on_rows(
        dense(4), LAYER_NORMAL | {"trainable": False}, RELU, dense(2)
    ),
}

DROPOUT = {
    "dropout": on_rows(
        dense(6, "tanh"),
        {"type": "dropout", "rate": 0.4},
        dense(4),
        {"type": "dropout", "rate": 0.25},
        dense(2),
    ),
    "dropout-image": on_images(conv(3, 2), {"type": "dropout", "rate": 0.4}, *HEAD),
}

ACTIVATIONS: list[Spec] = [
    {"type": "elu", "alpha": 0.7},
    {"type": "gelu"},
    {"type": "leaky_relu", "negative_slope": 0.3},
    {"type": "linear"},
    {"type": "relu"},
    {"type": "selu"},
    {"type": "sigmoid"},
    {"type": "silu"},
    {"type": "softmax"},
    {"type": "softplus"},
    {"type": "tanh"},
]

ACTIVATION = {
    f"{spec['type']}": on_rows(dense(5, spec), dense(3, spec), dense(2)) for spec in ACTIVATIONS
} | {
    "activation": on_images(
        conv(3, 2, "linear"), {"type": "activation", "activation": activated("tanh")}, *HEAD
    ),
    "softmax-of-an-image": on_images(conv(3, 2, "softmax"), *HEAD),
    "softmax-last": on_rows(dense(4, "tanh"), dense(2, "softmax")),
    "sigmoid-last": on_rows(dense(4, "tanh"), dense(2, "sigmoid")),
}

LAYER_CASES: dict[str, Case] = {
    f"{family}/{name}": case
    for family, cases in {
        "layer": DENSE | CONVOLUTION | POOLING | RESHAPING | NORMALIZATION | DROPOUT,
        "activation": ACTIVATION,
    }.items()
    for name, case in cases.items()
}
