"""Granian, its API processes and their shutdown."""
