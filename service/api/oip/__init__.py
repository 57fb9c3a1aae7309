"""Routes of the Open Inference Protocol, version 2, for the models that `/v1` serves.

Tensors, requests and responses are in `service.inference.oip`. Errors have the protocol's format:
`{"error": "…"}`.
"""
