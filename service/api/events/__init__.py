"""Progress of jobs: Server-Sent Events, history, and waiting for the end."""
