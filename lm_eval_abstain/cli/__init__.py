"""Commands that need more than a few lines: the arguments of each, and what it does."""
