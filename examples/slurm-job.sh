#!/bin/bash
#SBATCH --job-name=profiled
#SBATCH --nodes=4
#SBATCH --time=01:00:00
# Slurm sends USR1 two minutes before it ends the job. clusterp passes it on: the job can save its state, or is ended by it,
# and what was recorded is fetched in the time that is left.
#SBATCH --signal=B:USR1@120
#
# Profiles one job inside its Slurm allocation: sbatch slurm-job.sh COMMAND…
# The nodes are those of the allocation; the session lies in a folder named after the job.
set -u
[ "$#" -gt 0 ] || { echo "usage: sbatch $0 COMMAND..." >&2; exit 2; }

# By exec: Slurm's signals are for clusterp then, which gives them to srun.
exec clusterp -C "clusterp-$SLURM_JOB_ID" --hosts slurm --interval 1 run -- srun "$@"
