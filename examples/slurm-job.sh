#!/bin/bash
#SBATCH --job-name=profiled
#SBATCH --nodes=4
#SBATCH --time=01:00:00
# Slurm sends USR1 to this script two minutes before it ends the job: time to fetch what was recorded.
#SBATCH --signal=B:USR1@120
#
# Profiles one job inside its Slurm allocation: sbatch slurm-job.sh COMMAND…
# The nodes are those of the allocation; the session lies in a folder named after the job.
set -u
[ "$#" -gt 0 ] || { echo "usage: sbatch $0 COMMAND..." >&2; exit 2; }

session=clusterp-$SLURM_JOB_ID
clusterp -C "$session" --hosts slurm --interval 1 start || exit

finish() {
  trap '' USR1 TERM
  clusterp -C "$session" stop --with-parse --with-plot
}

# In the background, so that the shell hears the signal while the job runs.
srun "$@" &
job=$!
trap 'kill "$job" 2>/dev/null; finish; exit 1' USR1 TERM
wait "$job"
code=$?
finish
exit "$code"
