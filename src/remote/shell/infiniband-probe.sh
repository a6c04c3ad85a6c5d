# shellcheck shell=sh disable=SC2154
# The ports of this node's InfiniBand and RoCE devices: DEVICE PORT STATE RATE LAYER READABLE, `-` for what the kernel does
# not tell. Readable is a port of whose data some counter is a number: a driver without them says "N/A (no PMA)".
i_first() { i_line=; { IFS= read -r i_line <"$1"; } 2>/dev/null; }
set +f
for i_port in "${CLUSTERP_SYSFS_ROOT:-/sys}"/class/infiniband/*/ports/*; do
  [ -d "$i_port" ] || continue
  i_device=${i_port%/ports/*}
  i_first "$i_port/state"; i_state=${i_line##* }
  i_first "$i_port/rate"; i_rate=${i_line%% *}
  i_first "$i_port/link_layer"; i_layer=$i_line
  i_readable=no
  for i_file in $_clusterp_port_files; do
    i_first "$i_port/$i_file"
    case $i_line in '' | *[!0-9]*) ;; *) i_readable=yes; break ;; esac
  done
  fact infiniband "${i_device##*/} ${i_port##*/} ${i_state:--} ${i_rate:--} ${i_layer:--} $i_readable"
done
set -f
