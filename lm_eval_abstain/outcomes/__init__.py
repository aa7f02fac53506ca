"""Where an outcome is decided: correct, wrong, abstained, or none of these.

`judge`     of a generated response, and of several samples of one question
`choose`    of a choice among options, by their log-likelihoods
`forced`    the same for many documents at once: the confidence of the forced answer
`answers`   of an answer that is right or wrong, given or withheld
`stakes`    how much of the abstention is there although a mistake costs nothing
`headline`  the metric of a base task that says right or wrong
`filters`   what a base task's definition says of its answers
`stated`    the answer that a response states in a sentence, in the forms of the base task
`unread`    the stated answer that the base task's filter does not read
`objections`  what a response counts as that objects to its question
`trace`     what is remembered of how a document was read
`read_counts`  the sums over a run; `read_sentences` are the words
`exact_match`  a bare answer against a logged target, as the harness compares them

Import from these modules: `judge` and `filters` need no numpy, `choose` and what stands on it do.
"""
