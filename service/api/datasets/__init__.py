"""Datasets: brought by users, looked at before they are trained on."""
