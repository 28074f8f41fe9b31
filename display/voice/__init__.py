"""The voice of the waiting room: calls spoken on this machine, without any network."""
