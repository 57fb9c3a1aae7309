"""`trainlet demo`: training and prediction of the four circles over HTTP."""

from trainlet.cli.demo.command import demo

__all__ = ["demo"]
