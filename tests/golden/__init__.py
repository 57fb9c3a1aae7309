"""Golden trajectories computed by PyTorch for the same networks, data and initial weights."""
