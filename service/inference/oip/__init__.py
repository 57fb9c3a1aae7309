"""Open Inference Protocol: tensors, requests and responses."""
