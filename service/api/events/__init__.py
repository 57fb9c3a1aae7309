"""What happens to jobs while it happens: events, streams of them, waiting for the end."""
