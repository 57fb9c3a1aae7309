"""URLs of the Open Inference Protocol, version 2, for the models that `/v1` serves.

Its tensors, requests and responses are in `service.inference.oip`. Errors have the protocol's
form: `{"error": "…"}`.
"""
