"""What it costs that no job is lost: `python -m benchmarks.durability`, on a quiet machine.

training     checkpoints, and telling progress at 1000 epochs a second, against neither
streams      a prediction while many follow a job, against while nobody does
"""
