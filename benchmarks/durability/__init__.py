"""What it costs that no job is lost: `python -m benchmarks.durability [PART]`, on a quiet machine.

checkpoints  training with a checkpoint each second, against with none
progress     training at 1000 epochs a second with progress told, against without
streams      a prediction while many follow a job, against while nobody does

All three take about two minutes. Each pair of measurements is told as soon as it is there.
"""
