"""Activations, gradients, explanations and snapshots over HTTP."""
