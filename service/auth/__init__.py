"""Authentication by API key, scopes, tenancy and rate limits."""
