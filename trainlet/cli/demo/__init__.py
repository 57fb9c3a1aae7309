"""`trainlet demo`: the four circles, trained and asked over HTTP."""

from trainlet.cli.demo.command import demo

__all__ = ["demo"]
