"""Any interleaving of all verbs: the office beside a plain model of it that says who is next."""
