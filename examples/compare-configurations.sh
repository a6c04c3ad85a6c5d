#!/bin/sh
# Runs one benchmark under several configurations, a session each: compare-configurations.sh BENCH 8 16 32
# The sessions lie in runs/threads-8, runs/threads-16 … ; all use the config.yml of this folder.
set -u
[ "$#" -gt 1 ] || { echo "usage: $0 BENCH THREADS..." >&2; exit 2; }
bench=$1
shift

for threads in "$@"; do
  session=runs/threads-$threads
  clusterp -C "$session" start --name "$threads threads" || exit
  trap 'clusterp -C "$session" stop; exit 130' INT TERM
  THREADS=$threads "$bench"
  code=$?
  trap - INT TERM
  clusterp -C "$session" stop --with-parse --with-plot || exit
  [ "$code" = 0 ] || { echo "$bench failed with $threads threads (code $code)" >&2; exit "$code"; }
done
