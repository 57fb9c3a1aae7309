"""The queue door: a worker takes a delivered id, claims the job and trains it in a child process.

rq_worker    what of RQ is overridden, and why
parent       the process that takes deliveries: forks a child for each and sees that it obeys
alive        says how the parent is, and tells probes of it
warming      finds out before the first job what each would
suspicion    tells what has been nowhere for too long
reconciler   finds jobs that nobody works on, and has them delivered again
child        the child process: one attempt
attempt      from the claim to the end, or to handing back
watch        its second thread that holds the lease, reports and sees what others recorded
work         training in well measured pieces, with checkpoints; the model at its end
checkpoints  the state that a job goes on from when its process dies
data         what is trained on, prepared
"""
