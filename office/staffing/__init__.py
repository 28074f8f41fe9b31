"""How many counters a coming day needs, and what one more would do."""
