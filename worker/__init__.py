"""RQ worker: takes a delivered id, claims the job and trains it in a process of its own.

rq_worker         methods of RQ's worker that are overridden
supervisor        process that takes deliveries and forks a job process for each
healthcheck       probe of a worker
preload           imports and first steps that each job process shares
failure_detector  jobs and tasks that have been absent for too long
reconciler        delivers again what no worker works on
job_process       one attempt at a job
attempt           from the claim to the end, or to handing back
heartbeat         second thread of an attempt: renews the lease, reports progress
training          training in chunks, with checkpoints; the model at its end
checkpoints       state from which a job continues after a crash
data              preprocessed training, validation and test sets
"""
