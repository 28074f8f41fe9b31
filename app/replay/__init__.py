"""Replay of a recorded day against a running server, as kiosk, clerks and screens would live it."""
