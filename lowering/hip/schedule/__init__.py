"""Passes that put loops on what AMD's processors have."""
