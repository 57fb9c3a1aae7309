"""Schemas of requests and responses, derived from configurations or written here."""
