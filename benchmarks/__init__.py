"""Figures of speed, each beside its ceiling measured in the same run."""
