"""Jobs: creation, progress, cancellation, pause and resume, reproduction."""
