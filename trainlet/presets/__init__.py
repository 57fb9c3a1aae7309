"""Presets: specs that are known to work, as data. Each states what it must reach."""

from trainlet.presets.preset import Goal, Preset, load, names

__all__ = ["Goal", "Preset", "load", "names"]
