"""HTTP itself: bodies, problem documents, arrays, static files, CORS."""
