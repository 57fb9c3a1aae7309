"""Inspection of activations and gradients, for any points and snapshots."""
