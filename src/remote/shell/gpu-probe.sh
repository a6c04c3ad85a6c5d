# shellcheck shell=sh disable=SC2154
# What nvidia-smi says of this node's GPUs, under a time limit: the base query once, then the optional fields. One field that
# a driver does not know makes a whole query fail, so each has to answer before it goes into the logger's.
if ! have nvidia-smi; then fact gpu none; return 0; fi
g_query() { limited 10 nvidia-smi "--query-gpu=$1" --format=csv,noheader,nounits; }
g_out=$(g_query "$_clusterp_base" </dev/null 2>&1); g_rc=$?
fact gpu_rc "$g_rc"
if [ "$g_rc" != 0 ]; then
  # Without a driver the message is on standard output.
  fact gpu_said "$(printf '%s\n' "$g_out" | grep . | head -n 1)"
  return 0
fi
g_query 'index,uuid,driver_version' </dev/null 2>/dev/null | while IFS= read -r g_line; do
  case $g_line in *GPU-* | *MIG-*) fact gpu_row "$g_line" ;; esac
done
# taken FIELDS: the query takes all of them.
g_taken() {
  g_try=$(g_query "$1" </dev/null 2>/dev/null) || return 1
  case $g_try in *'is not a valid field'*) return 1 ;; esac
  [ -n "$g_try" ]
}
for g_field in $_clusterp_optional; do
  g_taken "$g_field" && fact gpu_field "$g_field"
done
# The reasons have had two names; a family is taken whole where it can be.
for g_family in $_clusterp_families; do
  g_fields=
  for g_reason in $_clusterp_reasons; do g_fields="${g_fields:+$g_fields,}$g_family.$g_reason"; done
  if g_taken "$g_fields"; then
    fact gpu_field "$g_fields"
    break
  fi
  g_found=no
  for g_reason in $_clusterp_reasons; do
    g_taken "$g_family.$g_reason" && { fact gpu_field "$g_family.$g_reason"; g_found=yes; }
  done
  [ "$g_found" = yes ] && break
done
return 0
