"""Folders that check a translation on the card of whoever has one: the output, inputs, what the source computes on them, a program."""
