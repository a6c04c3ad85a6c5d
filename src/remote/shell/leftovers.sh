# shellcheck shell=sh disable=SC2154
# Lists what sessions of this user have left (or are using) below remote_dir on this node. Changes nothing.
enter_base || return 1
boot_id
l_uid=$(id -u)
l_node=$(uname -n)
[ -d "./clusterp-$l_uid" ] && [ ! -h "./clusterp-$l_uid" ] || return 0
enter "clusterp-$l_uid" || { fail "$e_want is not a folder of this user alone"; return 1; }
l_base=$(pwd -P)
set +f
for l_path in ./*/*; do
  set -f
  cd -P "$l_base" || return 1
  l_path=${l_path#./}
  [ -d "./$l_path" ] && [ ! -h "./$l_path" ] && [ ! -h "./${l_path%/*}" ] || continue
  _clusterp_session=${l_path%/*}
  l_folder=${l_path#*/}
  _clusterp_number=${l_folder%%-*}
  cd -P "./$l_path" 2>/dev/null || continue
  l_host=; l_where=; l_ends=; l_named=
  if [ -f ./owner ]; then
    while read -r l_key l_value; do
      case $l_key in
        controller) l_host=$l_value ;;
        directory) l_where=$l_value ;;
        lease_end) l_ends=$l_value ;;
        node) l_named=$l_value ;;
      esac
    done <./owner
  fi
  # remote_dir may be shared: what another node owns is that node's business.
  [ -z "$l_named" ] || [ "$l_named" = "$l_node" ] || continue
  l_alive=$(our_pids | grep -c .)
  l_kb=$(du -sk . </dev/null 2>/dev/null | awk '{ print $1 }')
  fact leftover "$_clusterp_session $l_folder ${l_alive:-0} ${l_kb:-0} ${l_ends:--} ${l_host:--} ${l_where:--}"
done
set -f
return 0
