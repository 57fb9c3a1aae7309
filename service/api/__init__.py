"""HTTP resources: one package or module each, as Flask views."""
