"""Inside a network: every number of a layer, for any points, at any kept epoch."""
