"""Express: requests that are made as nearly always, answered without Flask.

`express` stands before Flask; `question` is what a kind of request has to be, `prediction` and
`inference` are those that there are.
"""
