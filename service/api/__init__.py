"""HTTP resources: one package or module of Flask views per resource."""
