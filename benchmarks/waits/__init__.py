"""A contest of wait estimates on recorded and on simulated days."""
