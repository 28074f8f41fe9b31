"""What all screens share of HTTP and sockets: access, errors, languages, live updates, looks."""
