"""One machine: an embedded Valkey, the workers and the API, started and kept up together."""
