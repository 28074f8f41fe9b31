"""Fixtures of all tests: the services they need, and the office they look at."""

pytest_plugins = ["tests.services", "tests.houses"]
