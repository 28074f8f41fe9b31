"""Satisfaction: one tap after a visit."""
