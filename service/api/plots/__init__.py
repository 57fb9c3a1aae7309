"""Plots of a job as pictures; needs matplotlib."""
