"""Golden trajectories: what PyTorch computes for the same networks, data and first values."""
