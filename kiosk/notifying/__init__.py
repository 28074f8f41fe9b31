"""Messages to the visitor's own address: the page it is left on, and what sends them."""
