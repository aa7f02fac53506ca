"""Where a text is read: whether it abstains, and the confidence that it states.

`detect`         the one function that reads a response
`final_answer`   where the final answer stands, and whether it is an abstention
`claims`         claims not to know, and what counts as an answer
`text_phrases`   the phrases that one text may hold
`phrases`        the phrases of `phrases.yaml` as patterns
`needles`        finds out quickly which phrases a text lacks
`pattern_needs`  the strings that a pattern needs, derived from it; `demands` are their sets
`folding`        one form for each character, with the way back to the original
`stages`         the stages of the detector and their versions
`visible`        the part of a response that is its answer, and whether it was cut
`blocks`         tags in a response: where reasoning begins and ends
`stated_answer`  the answer that a response states in a sentence
`option_labels`  the letters and texts of listed options in a response
`confidence`     the confidence that a response states

Import from these modules. Nothing is parsed when they are imported.
"""
