"""Where a prompt is changed: pure text functions that add an option and a sentence."""
