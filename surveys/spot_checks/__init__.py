"""The spot check (sidak): an inspector walks in, asks people at the door, keeps what was seen."""
