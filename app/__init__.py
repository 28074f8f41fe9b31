"""The composition root: settings, the app of all screens, the command line and the server."""
