"""Models: what was trained, what it answers, in which forms it comes and goes."""
