#!/usr/bin/env bash
# Reaching many nodes at once: clusterp against pdsh and clush in one run, each doing one short call on every node.
#   bench/fanout.sh 'node[1-64]' [ROUNDS]
# The nodes must let you in by key. `status` of a running session is the call of clusterp: login, one script, its answer.
# The wait for the agreed start is reported apart, as it is a choice and not a cost.
set -euo pipefail
nodes=${1:?usage: bench/fanout.sh 'node[1-64]' [ROUNDS]}
rounds=${2:-5}
here=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
clusterp() { node "$here/bin/clusterp.js" "$@"; }

# measured NAME COMMAND…: wall seconds and CPU seconds of the client, a line each round.
measured() {
  local name=$1 times
  shift
  times=$( { TIMEFORMAT='%R %U %S'; time "$@" >/dev/null 2>"$folder/stderr"; } 2>&1 ) ||
    { echo "$name failed:" >&2; tail -n 3 "$folder/stderr" >&2; return 1; }
  echo "$times" | awk -v name="$name" '{ printf "%-28s wall %6.2f s   client CPU %6.2f s\n", name, $1, $2 + $3 }'
}

clusterp --hosts "$nodes" --interval 1 start -v 2>&1 | grep -E 'agreed start|hosts? recording' || true
for ((round = 1; round <= rounds; round++)); do
  measured 'clusterp status' node "$here/bin/clusterp.js" status
  command -v pdsh >/dev/null && measured 'pdsh -f64 true' pdsh -R ssh -f 64 -w "$nodes" true
  command -v clush >/dev/null && measured 'clush -f64 true' clush -f 64 -w "$nodes" true
done
measured 'clusterp stop (fetches)' node "$here/bin/clusterp.js" stop --now
