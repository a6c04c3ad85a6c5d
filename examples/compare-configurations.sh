#!/bin/sh
# Runs one benchmark under several configurations, a session each: compare-configurations.sh BENCH 8 16 32
# The sessions lie in runs/threads-8, runs/threads-16 … ; all use the config.yml of this folder.
set -u
[ "$#" -gt 1 ] || { echo "usage: $0 BENCH THREADS..." >&2; exit 2; }
bench=$1
shift

for threads in "$@"; do
  THREADS=$threads clusterp -C "runs/threads-$threads" run --strict --name "$threads threads" -- "$bench"
  code=$?
  [ "$code" = 0 ] || { echo "$bench failed with $threads threads (code $code)" >&2; exit "$code"; }
done
