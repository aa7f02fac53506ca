"""Where a text is read: whether it abstains, and the confidence that it states."""
