"""HTTP API: validates specs, queues jobs and serves models, as a Flask app.

`api` has the resources, `inference` the prediction path, `app.create_app` puts them together;
`http`, `auth`, `observability`, `server` and `web` are what their names say.
"""
