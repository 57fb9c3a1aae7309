"""RQ worker: takes a delivered id, claims the job and trains it in its own process.

rq_worker         overridden methods of RQ's worker
supervisor        main process: takes deliveries and forks one job process for each
healthcheck       liveness and readiness probe
preload           imports and first training steps that all job processes share
failure_detector  detects jobs and tasks without a heartbeat
reconciler        requeues jobs that no worker runs
job_process       forked process that runs one attempt
attempt           one attempt at a job, from the claim to the recorded end
heartbeat         second thread of an attempt: renews the lease, reports progress
training          training in chunks, with checkpoints, and the published model
checkpoints       state from which a job resumes after a crash
data              preprocessed training, validation and test sets
"""
