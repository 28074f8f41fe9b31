"""Paper: the slip as a document, as printer bytes and as a page, and the way it gets printed."""
