/** The scripts that `clusterp completion` prints: each asks the program itself what can follow. */
import type { Shell } from './candidates.js'

// The functions of bash 3.2 are enough, as macOS has it. `$1` is the program as it was typed.
const BASH = `# clusterp completion for bash. In ~/.bashrc: source <(clusterp completion bash)
_clusterp() {
  local kind='' line
  COMPREPLY=()
  while IFS= read -r line; do
    if [ -z "$kind" ]; then kind=$line; else COMPREPLY+=("\${line%%$'\\t'*}"); fi
  done < <("$1" __complete line "$COMP_LINE" "$COMP_POINT" "$COMP_WORDBREAKS" 2>/dev/null)
  case $kind in
    list) compopt -o nospace 2>/dev/null ;;
    files) compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$2")) ;;
    directories) compopt -o dirnames -o plusdirs 2>/dev/null || COMPREPLY+=($(compgen -d -- "$2")) ;;
  esac
  case \${#COMPREPLY[@]}:\${COMPREPLY[0]} in 1:*=) compopt -o nospace 2>/dev/null ;; esac
  return 0
}
complete -F _clusterp clusterp`

const ZSH = `#compdef clusterp
# clusterp completion for zsh. In ~/.zshrc, after compinit: source <(clusterp completion zsh)
_clusterp() {
  local kind line text
  local -i none=1
  local -a lines found
  lines=("\${(@f)$("\${(Q)words[1]}" __complete words "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  kind=$lines[1]
  shift lines
  case $kind in
    files) _files; return ;;
    directories) _files -/; none=$? ;;
  esac
  for line in $lines; do
    [[ -n $line ]] || continue
    text=\${\${line%%$'\\t'*}//:/\\\\:}
    if [[ $line == *$'\\t'* ]]; then found+=("$text:\${line#*$'\\t'}"); else found+=("$text"); fi
  done
  (( $#found )) || return none
  if [[ $kind == list ]]; then _describe -V clusterp found -S ''; else _describe -V clusterp found; fi
}
if [ "$funcstack[1]" = _clusterp ]; then _clusterp "$@"; else compdef _clusterp clusterp; fi`

const FISH = `# clusterp completion for fish. Into ~/.config/fish/completions/clusterp.fish
function __clusterp_complete
  set -l words (commandline -opc)
  set -l lines ($words[1] __complete words $words[2..-1] (commandline -ct) 2>/dev/null)
  switch "$lines[1]"
    case files
      __fish_complete_path (commandline -ct)
    case directories
      __fish_complete_directories (commandline -ct)
      test (count $lines) -gt 1; and printf '%s\\n' $lines[2..-1]
    case '*'
      test (count $lines) -gt 1; and printf '%s\\n' $lines[2..-1]
  end
end
complete -c clusterp -f -a '(__clusterp_complete)'`

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH }

/** The script of a shell, to be sourced. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell]
}
