"""The source's own defects, found by executing it in the strict simulators and in the validator's model, shown at their line."""
