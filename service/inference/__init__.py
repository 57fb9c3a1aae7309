"""Prediction path: models in memory, points, and predictions that do not go through Flask.

`fast_path` is in front of Flask; `request_kind` says which requests it takes, `predict_request`
and `infer_request` are the two kinds. `predict` and `points` are shared with the Flask views.
"""
