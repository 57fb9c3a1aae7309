"""Costs of durability: `python -m benchmarks.durability [NAME]`, on an idle machine.

checkpoints  training with a checkpoint each second, against without
progress     training at 1000 epochs per second with progress reports, against without
streams      predictions with many open event streams of a job, against without

All three take about two minutes. Results are printed as they become available.
"""
