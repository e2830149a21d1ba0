"""Patterns: what a model (or a person) knows of a platform's builtins, proved once, saved, and used with no model."""
