"""The passes of the shared layer: the normaliser and the loop passes, one file each (xpiler.passes finds them by flag)."""
