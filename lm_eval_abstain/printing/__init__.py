"""Where words are printed: tables, numbers, and the sentences of scores and audits."""
