"""Loops over lanes: widening scalar code to vectors, and what a vector loop may touch."""
