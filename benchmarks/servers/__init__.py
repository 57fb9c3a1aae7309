"""Other servers of the same network: programs for an interpreter that has them installed.

Each loads the standalone predictor that trainlet exports, whose path is in PREDICTOR, and serves
it on PORT. What the network computes with is the same everywhere; what differs is the server.
"""
