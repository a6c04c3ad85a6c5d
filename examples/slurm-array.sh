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
exec clusterp -C "$session" --config "$session/config.yml" --hosts slurm --interval 1 \
  run --name "task $SLURM_ARRAY_TASK_ID" -- srun "$@"
