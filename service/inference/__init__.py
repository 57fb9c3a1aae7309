"""Express: requests that are made as nearly always, answered without Flask.

`express` stands before Flask; `kind` is what a request has to be, `prediction` and `inference` are
the kinds that there are.
"""
