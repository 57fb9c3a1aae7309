"""Other servers of the same network, for an interpreter that has them installed.

Each loads the standalone predictor exported by trainlet, whose path is in PREDICTOR, and serves it
on PORT. All compute the network with the same code, so only the server differs.
"""
