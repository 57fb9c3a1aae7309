"""HTTP API: validates specs, queues jobs and serves models, as a Flask app.

`api` contains the resources and `inference` the prediction path. `app.create_app` assembles them
with `http`, `auth`, `observability` and `web`. `server` runs the app.
"""
