"""Generators for derived pages and pictures."""
