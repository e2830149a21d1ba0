"""Verdicts on translations: what is known about the text the user receives."""
