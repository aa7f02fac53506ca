"""A judge model, asked on request about responses that remain doubtful.

`select`    which logged responses it is asked about
`prompt`    what it is asked, and how its reply is read
`endpoint`  any OpenAI-compatible server
`ask`       many requests at once, each written as it is answered
`verdicts`  the verdicts on disk, one a line
`rejudge`   logged samples whose readings the verdicts replace
"""
