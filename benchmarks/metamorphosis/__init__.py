"""Changes of a kernel's text that keep its meaning: names, extents, the order of independent statements."""
