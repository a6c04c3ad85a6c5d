# shellcheck shell=sh disable=SC2154
# Ends every process that is ours, and says what was found.
boot_id
fact boot_id "$boot"
uptime_cs
fact uptime_cs "$up"
enter_folder; h_rc=$?
case $h_rc in
  0)
    fact folder "$(pwd -P)"
    fact free_kb "$(df -Pk . </dev/null 2>/dev/null | awk 'NR == 2 { print $4 }')"
    [ -f ./tombstone ] && fact tombstone yes
    lease_end && fact lease_cs "$lease"
    logger_records | while read -r h_name h_pid h_start h_boot h_target h_blocks; do
      # What an earlier stop, whose answer was lost, found alive did not die by itself: that stop wrote it down.
      h_alive=no
      if is_ours "$h_pid" "$h_start" "$h_boot"; then
        h_alive=yes; { printf '%s %s\n' "$h_name" "$h_pid" >>./halted; } 2>/dev/null
      elif [ -f ./halted ] && grep -qx "$h_name $h_pid" ./halted </dev/null; then h_alive=yes
      fi
      fact logger "$h_name $h_pid $h_start $h_target $h_alive $h_boot $h_blocks"
      [ "$h_alive" = yes ] || fact log "$h_name $(tail -n 3 "./$h_name.log" 2>/dev/null | tr '\n' ' ')"
    done
    ;;
  3) fact folder absent; cd / || return 1 ;;
  *) return 1 ;;
esac
end_ours
for h_pid in $e_left; do process_facts "$h_pid" && fact left "$h_pid $p_state"; done
if [ "$h_rc" = 0 ]; then
  set +f
  for h_file in ./*; do
    [ -f "$h_file" ] || continue
    size_of "${h_file#./}"; fact file "${h_file#./} $size"
    case $h_file in *.note) while IFS= read -r h_line; do fact note "$h_line"; done <"$h_file" ;; esac
  done
  set -f
fi
return 0
