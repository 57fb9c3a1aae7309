"""The web UI and how it is served."""
