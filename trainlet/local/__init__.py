"""Local installation: supervised Valkey, workers and API on one machine."""
