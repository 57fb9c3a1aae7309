"""The Open Inference Protocol, version 2, over HTTP: another door to the same models.

`tensors` reads and writes arrays as JSON or binary, `requests` what clients ask, `answers` what
they are told, `routes` ties these to the core that also answers `/v1`. Errors have the
protocol's own form here: `{"error": "…"}`.
"""
