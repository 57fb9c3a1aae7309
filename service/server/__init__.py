"""Granian, API processes, fair semaphore, CPU affinity and shutdown."""
