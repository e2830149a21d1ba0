"""Translation validation for all sizes: integer sets instead of numbers (docs/adr/0011-symbolic-proof.md)."""
