"""The normaliser: raised code to the naive loops a person would write in C."""

from __future__ import annotations


def normalize_stages() -> list:
    """The stages of the pipeline `normalize`."""
    return ["canonicalize", "cse"]
