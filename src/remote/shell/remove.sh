# shellcheck shell=sh disable=SC2154
# Removes this host's own folder; the parents go when they are empty. With `tombstone` an empty folder with a file of
# that name stays, on which a start that is still on its way fails.
enter_base || return 1
r_base=$(pwd -P)
r_uid=$(id -u)
boot_id
fact boot_id "$boot"
r_try=0
r_remove() {
  cd -P "$r_base" || return 2
  for r_level in "clusterp-$r_uid" "$_clusterp_session"; do
    if ! [ -e "./$r_level" ] && ! [ -h "./$r_level" ]; then
      [ "$_clusterp_tombstone" = yes ] || return 0
      mkdir "./$r_level" 2>/dev/null </dev/null
    fi
    enter "$r_level" && continue
    [ -e "./$r_level" ] || [ -h "./$r_level" ] || [ "$(pwd -P)" = "$e_want" ] || return 1
    fail "$e_want is not a folder of this user alone; it was left as it is"; return 2
  done
  if [ -e "./$_clusterp_folder" ] || [ -h "./$_clusterp_folder" ]; then
    enter "$_clusterp_folder" || { fail "$e_want is not a folder of this user alone; it was left as it is"; return 2; }
    cd -P .. || return 1
    rm -rf "./$_clusterp_folder" </dev/null 2>/dev/null
  fi
  if [ "$_clusterp_tombstone" = yes ]; then
    mkdir "./$_clusterp_folder" 2>/dev/null </dev/null || return 1
    : >"./$_clusterp_folder/tombstone" || return 1
    return 0
  fi
  if [ -e "./$_clusterp_folder" ]; then
    fail "$e_want cannot be removed: $(ls -A "./$_clusterp_folder" 2>/dev/null | head -n 3 | tr '\n' ' ')"; return 2
  fi
  cd -P "$r_base" || return 2
  rmdir "./clusterp-$r_uid/$_clusterp_session" 2>/dev/null
  rmdir "./clusterp-$r_uid" 2>/dev/null
  return 0
}
while :; do
  r_remove; r_rc=$?
  [ "$r_rc" = 0 ] && break
  [ "$r_rc" = 2 ] && return 1
  r_try=$((r_try + 1))
  [ "$r_try" -lt 50 ] || { fail "the folder under $r_base cannot be removed"; return 1; }
done
uptime_cs
fact uptime_cs "$up"
fact removed yes
return 0
