"""Platform form to C-like text: what the four target languages share."""
