#!/bin/sh
# Profiles one job: wrap-job.sh COMMAND…   The loggers are stopped, and the plots drawn, however the job ends; its exit
# code and its stdout are those of COMMAND. What COMMAND begins it can say itself, on any node that shares this folder:
#   clusterp mark train     or, without clusterp:     echo train >>"$CLUSTERP_MARKS"
set -u
[ "$#" -gt 0 ] || { echo "usage: $0 COMMAND..." >&2; exit 2; }

exec clusterp run -- "$@"
