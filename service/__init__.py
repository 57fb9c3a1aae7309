"""The HTTP door: validates what is asked for, queues jobs, serves models.

One file a resource; `schemas` says what bodies look like, `errors` how faults answer,
`app.create_app` puts everything together.
"""
