"""A proof as files that others can check: obligations as SMT-LIB, integer sets, a summary, and a script that asks another solver."""
