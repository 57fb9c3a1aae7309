"""Prediction path: model cache, conversion of points, and predictions that bypass Flask.

`fast_path` is WSGI middleware around Flask. `request_kind` defines which requests it handles;
`predict_request` and `infer_request` are the two kinds. The Flask views share `predict` and
`points`.
"""
