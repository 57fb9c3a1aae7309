"""Models: versions, predictions, evaluations, exports and imports."""
