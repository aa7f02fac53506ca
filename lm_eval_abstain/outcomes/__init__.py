"""Where an outcome is decided: of a generated text, and of a choice among options."""
