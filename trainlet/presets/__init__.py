"""Tested job specs, each with a goal that training must reach."""

from trainlet.presets.preset import Goal, Preset, load, names

__all__ = ["Goal", "Preset", "load", "names"]
