#!/bin/bash
#SBATCH --array=1-8
#SBATCH --nodes=2
#SBATCH --time=00:30:00
#SBATCH --signal=B:USR1@120
#
# A job array, one session per task: sbatch slurm-array.sh COMMAND…   The task's number is in $SLURM_ARRAY_TASK_ID.
set -u
[ "$#" -gt 0 ] || { echo "usage: sbatch $0 COMMAND..." >&2; exit 2; }

session=sweep-$SLURM_ARRAY_JOB_ID/task-$SLURM_ARRAY_TASK_ID
mkdir -p "$session"
clusterp -C "$session" --config "$session/config.yml" --hosts slurm --interval 1 \
  start --name "task $SLURM_ARRAY_TASK_ID" || exit

finish() {
  trap '' USR1 TERM
  clusterp -C "$session" --config "$session/config.yml" stop --with-parse --with-plot
}
srun "$@" &
job=$!
trap 'kill "$job" 2>/dev/null; finish; exit 1' USR1 TERM
wait "$job"
code=$?
finish
exit "$code"
