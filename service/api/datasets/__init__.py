"""Datasets: uploads, previews and stored files."""
