"""Request bodies, problem details, npy and npz, static files, CORS and security headers."""
