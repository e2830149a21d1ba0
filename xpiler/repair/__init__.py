"""Repair: a refuted program is localised, its suspects become holes, and what fills them is confirmed by the validator."""
