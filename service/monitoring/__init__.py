"""What those who run the service see of it: health, metrics, a line a request."""
