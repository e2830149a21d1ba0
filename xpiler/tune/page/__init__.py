"""The page of a tuning database: what was tried, how it went, what came of it."""
