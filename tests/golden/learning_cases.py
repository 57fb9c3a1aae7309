"""Cases for every loss, optimizer, schedule and regularizer, and for clipping."""

from __future__ import annotations

from typing import Any

from tests.golden.cases import MSE, ROW, Case, Spec, conv, dense, rule, sgd

HALF: Spec = {"type": "half_squared_error"}
MAE: Spec = {"type": "mae"}
HUBER: Spec = {"type": "huber", "delta": 0.4}
BINARY: Spec = {"type": "binary_cross_entropy"}
CATEGORICAL: Spec = {"type": "categorical_cross_entropy"}
ONE_YES_NO = (dense(4, "tanh"), dense(1, "sigmoid"))
LABELS = (dense(4, "tanh"), dense(3, "softmax"))


def weighted(
    layers: tuple[Spec, ...], loss: Spec, targets: str, weights: list[float] | str
) -> Case:
    return Case(layers, loss, sgd(0.1), targets=targets, extra=(("class_weights", weights),))


LOSSES = {
    "mse": Case(ROW, MSE, sgd(0.1)),
    "half_squared_error": Case(ROW, HALF, sgd(0.1)),
    "mae": Case(ROW, MAE, sgd(0.05)),
    "huber": Case(ROW, HUBER, sgd(0.2)),
    "binary_cross_entropy": Case(
        (dense(4, "tanh"), dense(2, "sigmoid")), BINARY, sgd(0.2), targets="yes_no_twice"
    ),
    "categorical_cross_entropy": Case(LABELS, CATEGORICAL, sgd(0.2), targets="labels"),
} | {
    "mse-weighted": weighted(ONE_YES_NO, MSE, "yes_no", [0.5, 3.0]),
    "mae-weighted": weighted(ONE_YES_NO, MAE, "yes_no", [0.5, 3.0]),
    "huber-weighted": weighted((dense(4, "tanh"), dense(1)), HUBER, "yes_no", [0.5, 3.0]),
    "binary_cross_entropy-weighted": weighted(ONE_YES_NO, BINARY, "yes_no", [0.5, 3.0]),
    "categorical_cross_entropy-weighted": weighted(LABELS, CATEGORICAL, "labels", [0.5, 3, 0]),
    "categorical_cross_entropy-balanced": weighted(LABELS, CATEGORICAL, "labels", "balanced"),
    "half_squared_error-balanced": weighted(ONE_YES_NO, HALF, "yes_no", "balanced"),
}

LINEAR: Spec = {"type": "linear", "final": 0.01}
STEP: Spec = {"type": "step", "every": 30, "factor": 0.6}
EXPONENTIAL: Spec = {"type": "exponential", "every": 20, "factor": 0.7}
COSINE: Spec = {"type": "cosine", "final": 0.01}
PLATEAU: Spec = {"type": "plateau", "patience": 2, "factor": 0.5}


def warmup(warmup_steps: int, then: Spec) -> Spec:
    return {"type": "warmup", "warmup_steps": warmup_steps, "then": then}


ADAM: Spec = {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-4}

OPTIMIZERS = {
    name: Case(ROW, MSE, optimizer)
    for name, optimizer in {
        "sgd": sgd(0.1),
        "sgd-momentum": sgd(0.02, momentum=0.9),
        "sgd-nesterov": sgd(0.02, momentum=0.9, nesterov=True),
        "sgd-momentum-linear": sgd(0.05, LINEAR, momentum=0.8),
        "sgd-nesterov-cosine": sgd(0.05, COSINE, momentum=0.8, nesterov=True),
        "adagrad": rule("adagrad", 0.05, epsilon=1e-10),
        "adagrad-linear": rule("adagrad", 0.1, LINEAR, epsilon=0.01),
        "rmsprop": rule("rmsprop", 0.005, rho=0.9, epsilon=1e-8),
        "rmsprop-cosine": rule("rmsprop", 0.02, COSINE, rho=0.7, epsilon=0.01),
        "adam": rule("adam", 0.005, beta_1=0.9, beta_2=0.999, epsilon=1e-8),
        "adam-linear": rule("adam", 0.02, LINEAR, **ADAM),
        "adamw": rule("adamw", 0.005, **ADAM, weight_decay=0.1),
        "adamw-cosine": rule("adamw", 0.02, COSINE, **ADAM, weight_decay=0.3),
    }.items()
} | {
    "adamw-bias-held": Case(
        (dense(4, "tanh", trainable_bias=False), dense(3, "tanh", trainable=False), dense(2)),
        MSE,
        rule("adamw", 0.02, **ADAM, weight_decay=0.3),
    ),
}

SCHEDULES = {
    "constant": Case(ROW, MSE, sgd(0.1, {"type": "constant"})),
    "linear": Case(ROW, MSE, sgd(0.2, LINEAR)),
    "step": Case(ROW, MSE, sgd(0.2, STEP)),
    "exponential": Case(ROW, MSE, sgd(0.2, EXPONENTIAL)),
    "cosine": Case(ROW, MSE, sgd(0.2, COSINE)),
    "warmup": Case(ROW, MSE, sgd(0.2, warmup(15, {"type": "constant"}))),
    "warmup-cosine": Case(ROW, MSE, sgd(0.2, warmup(15, COSINE))),
    "plateau": Case(ROW, MAE, sgd(0.3, PLATEAU)),
    "warmup-plateau": Case(ROW, MAE, sgd(0.3, warmup(15, PLATEAU))),
}


def kept(layers: tuple[Spec, ...] = ROW, inputs: str = "rows", **extra: Any) -> Case:
    return Case(layers, MSE, sgd(0.1), inputs=inputs, extra=tuple(extra.items()))


IMAGE = (conv(3, 3), {"type": "flatten"}, dense(2))
L1: Spec = {"type": "l1", "strength": 0.1, "scale": "batch"}
L2: Spec = {"type": "l2", "strength": 0.1, "scale": "batch"}

REGULARIZATION = {
    "l1": kept(regularization=L1),
    "l1-samples": kept(regularization={"type": "l1", "strength": 1.5, "scale": "samples"}),
    "l2": kept(regularization=L2),
    "l2-samples": kept(regularization={"type": "l2", "strength": 1.5, "scale": "samples"}),
    "l2-image": kept(IMAGE, "images", regularization=L2),
    "clip_norm": kept(clip_norm=0.15),
    "clip_value": kept(clip_value=0.05),
    "max_norm": kept(max_norm=0.7),
    "max_norm-image": kept(IMAGE, "images", max_norm=0.6),
    "all-of-l1": kept(regularization=L1, clip_value=0.1, clip_norm=0.2, max_norm=0.7),
    "all-of-l2": kept(IMAGE, "images", regularization=L2, clip_value=0.1, clip_norm=0.2),
    "l1-adam": Case(ROW, MSE, rule("adam", 0.01, **ADAM), extra=(("regularization", L1),)),
}

LEARNING_CASES: dict[str, Case] = {
    f"{family}/{name}": case
    for family, cases in {
        "loss": LOSSES,
        "optimizer": OPTIMIZERS,
        "schedule": SCHEDULES,
        "regularization": REGULARIZATION,
    }.items()
    for name, case in cases.items()
}
