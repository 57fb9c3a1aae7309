"""Open Inference Protocol, version 2, over HTTP, for the models that `/v1` serves.

`tensors` reads and writes arrays as JSON or binary data, `requests` reads bodies, `columns` turns
input tensors into points, `answers` writes metadata and responses, `routes` has the URLs. Errors
have the protocol's form: `{"error": "…"}`.
"""
