"""trainlet trains small neural networks on request and serves them."""

__version__ = "0.1.0"
