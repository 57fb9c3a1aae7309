"""Web UI and the views that serve it."""
