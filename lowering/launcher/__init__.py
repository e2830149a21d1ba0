"""Host launchers: built as IR, printed as text."""
