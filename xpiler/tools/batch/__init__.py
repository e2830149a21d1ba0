"""Translating all kernel files below a folder: what is to do, what was done, and what came of it."""
