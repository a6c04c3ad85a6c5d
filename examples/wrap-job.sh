#!/bin/sh
# Profiles one job: wrap-job.sh COMMAND…   The loggers are stopped, and the plots drawn, however the job ends.
set -u
[ "$#" -gt 0 ] || { echo "usage: $0 COMMAND..." >&2; exit 2; }

clusterp start || exit
trap 'clusterp stop --with-parse --with-plot' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$@"
