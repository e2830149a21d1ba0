"""From the shared form to @name@, and its text."""
