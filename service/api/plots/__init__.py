"""Plots of a job as PNG and GIF files; requires matplotlib."""
