"""The domain: services, counters, tickets, the line, calling, closing, waits and the journal."""
