@@NOTICE@@
#
# Tab in bash (4 and later; 3.2 does with fewer comforts) for zksh. Verbs, options and choices stand in this file;
# znode paths come from the server, asked by zksh itself within its own time limit. Nothing typed is ever evaluated.

# Lines FOLDED|NAME|SUMMARY; folded is lower case without hyphens.
_zksh_verbs='@@VERBS@@'
_zksh_aliases='@@ALIASES@@'

# What each verb takes; those of no verb ('') stand before and behind it, `--` only before. Sets `options`, lines
# FLAG|KIND|SUMMARY, and `arguments`, a kind for each position.
# Kinds: switch, live (zksh is asked), file, command, verb, none, choice:A,B; a + behind the last one repeats it,
# `rest:` in front of an option's says that it takes all that follows.
_zksh_takes() {
  options= arguments=
  case $1 in
@@TAKES@@
  esac
}

# TEXT in lower case without hyphens, in `folded`.
_zksh_fold() {
  folded=${1//-/}
  if ((BASH_VERSINFO[0] >= 4)); then
    folded=${folded,,}
  else
    folded=$(printf %s "$folded" | tr '[:upper:]' '[:lower:]')
  fi
}

# The verb's own name, in `verb`: any letter case, with or without hyphens, or an alias. Empty where there is none.
_zksh_verb() {
  local folded
  _zksh_fold "$1"
  case $folded in
@@NAMES@@
    *) verb= ;;
  esac
}

# Splits a line as bash would, without running anything: quotes are taken off, $NAME is looked up, all else stays as
# it is typed. Sets `words`, and of the last one (empty behind a blank) the open quote: `'`, `"`, `$` for $'…', or none;
# `redirected` is set where the last word is a file to redirect to.
_zksh_split() {
  local line=$1 i c next name started= word= escapes= target=
  words=() quote= redirected=
  for ((i = 0; i < ${#line}; i++)); do
    c=${line:i:1} next=${line:i+1:1}
    case $quote in
      "'")
        if [[ $c == "'" ]]; then quote=; else word+=$c; fi
        continue
        ;;
      '$')
        if [[ $c == "'" ]]; then
          printf -v escapes %b "$escapes"
          word+=$escapes quote= escapes=
        elif [[ $c != \\ ]]; then
          escapes+=$c
        else
          case $next in
            "'" | '"' | '?' | c) escapes+=$next ;;
            *) escapes+=$c$next ;;
          esac
          ((++i))
        fi
        continue
        ;;
    esac
    case $c in
      '"') if [[ $quote ]]; then quote=; else quote='"'; fi ;;
      \\)
        if [[ $quote && $next != [\"\\\$\`] ]]; then word+=$c; fi
        word+=$next
        ((++i))
        ;;
      '$')
        if [[ -z $quote && $next == "'" ]]; then
          quote='$' escapes=
          ((++i))
        elif [[ ${line:i+1} =~ ^(\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*)) ]]; then
          name=${BASH_REMATCH[2]}${BASH_REMATCH[3]}
          word+=${!name-}
          ((i += ${#BASH_REMATCH[1]}))
        else
          word+=$c
        fi
        ;;
      *)
        if [[ $quote ]]; then
          word+=$c
          continue
        fi
        case $c in
          "'") quote="'" ;;
          ' ' | $'\t' | $'\n')
            if [[ $started && -z $target ]]; then words+=("$word"); fi
            if [[ $started ]]; then target=; fi
            started= word=
            continue
            ;;
          '<' | '>')
            # A number in front of it is a descriptor, not a word.
            if [[ $started && -z $target && $word == *[!0-9]* ]]; then words+=("$word"); fi
            started= word= target=1
            continue
            ;;
          '&') if [[ -z $target ]]; then word+=$c; fi ;;
          '~')
            if [[ -z $started && $next == [/' '] ]]; then word=${HOME-}; else word+=$c; fi
            ;;
          *) word+=$c ;;
        esac
        ;;
    esac
    started=1
  done
  if [[ $quote == '$' ]]; then
    printf -v escapes %b "${escapes%\\}"
    word+=$escapes
  fi
  redirected=$target
  words+=("$word")
}

# TEXT so that bash reads it back as it is, to stand behind the open quote QUOTE. Sets `quoted`.
_zksh_quote() {
  local LC_ALL=C text=$1 open=$2 i c
  quoted=$text
  # Most names need nothing done to them, and letter by letter is slow.
  if [[ $text != *[!A-Za-z0-9/_.:=@%+,-]* ]]; then return; fi
  quoted=
  for ((i = 0; i < ${#text}; i++)); do
    c=${text:i:1}
    if [[ $c == [[:cntrl:]] ]]; then
      printf -v c '\\x%02x' "'$c"
      case $open in
        '') c="\$'$c'" ;;
        '"') c="\"\$'$c'\"" ;;
        "'") c="'\$'$c''" ;;
      esac
    else
      case $open in
        '') if [[ $c == [[:punct:][:space:]] && $c != [/_.:=@%+,-] ]]; then c=\\$c; fi ;;
        '"')
          case $c in
            ['"$`\']) c=\\$c ;;
            '!') c='"\!"' ;;
          esac
          ;;
        "'") if [[ $c == "'" ]]; then c="'\\''"; fi ;;
        '$') if [[ $c == [\'\\] ]]; then c=\\$c; fi ;;
      esac
    fi
    quoted+=$c
  done
  # Readline closes the quote behind the only candidate, but for one that ends in that very character.
  case $open$quoted in
    '"'*'"') quoted+='"' ;;
    "'"*"'" | '$'*"'") quoted+="'" ;;
  esac
}

# The kind of FLAG's value among `options`, in `kind`; empty where it is not there.
_zksh_kind() {
  local line
  kind=
  while IFS= read -r line; do
    if [[ ${line%%|*} == "$1" ]]; then
      line=${line#*|}
      kind=${line%%|*}
      return
    fi
  done <<<"$options"
}

# The kind of the value that follows the option WORD, in `kind`: `switch` where none does.
_zksh_option() {
  local word=$1 i
  if [[ $word == --* ]]; then
    _zksh_kind "${word%%=*}"
    if [[ $word == *=* ]]; then kind=switch; fi
    return
  fi
  # Letters in one word: a value begins behind the first that takes one.
  for ((i = 1; i < ${#word}; i++)); do
    _zksh_kind "-${word:i:1}"
    if [[ $kind && $kind != switch ]]; then
      if ((i < ${#word} - 1)); then kind=switch; fi
      return
    fi
  done
  kind=switch
}

# Reads the words before the last: sets `verb`, `options`, `arguments`, and `kind`, what the last one is.
_zksh_context() {
  local i word ended= position=0 globals start
  verb=
  _zksh_takes --
  start=$options
  _zksh_takes ''
  globals=$options
  options+=$start
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -?* ]]; then
      _zksh_option "$word"
      case $kind in
        rest:*)
          kind=${kind#rest:}
          if ((i < ${#words[@]} - 2)); then kind=file; fi
          return
          ;;
        switch | '') ;;
        *)
          if ((i == ${#words[@]} - 2)); then return; fi
          ((++i))
          ;;
      esac
    elif [[ -z $verb ]]; then
      _zksh_verb "$word"
      if [[ -z $verb ]]; then
        kind=none
        return
      fi
      _zksh_takes "$verb"
      # The verb's own come first, so that they win.
      options+=$globals
    else
      ((++position))
    fi
  done
  word=${words[i]}
  if [[ -z $ended && $word == --*=* ]]; then
    _zksh_kind "${word%%=*}"
    if [[ $kind == switch ]]; then kind=none; fi
  elif [[ -z $ended && $word == -* ]]; then
    kind=option
  elif [[ $verb ]]; then
    _zksh_argument "$position"
  else
    kind=verb
  fi
}

# The kind of the argument at POSITION (0-based) of `arguments`, in `kind`.
_zksh_argument() {
  local i=0 last=none
  for kind in $arguments; do
    last=$kind
    if ((i++ == $1)); then
      kind=${kind%+}
      return
    fi
  done
  if [[ $last == *+ ]]; then kind=${last%+}; else kind=none; fi
}

# Takes TEXT as a candidate. Of what is typed readline leaves `kept` in place.
_zksh_offer() {
  local quoted
  if [[ $1 != "$kept"* ]]; then return; fi
  _zksh_quote "${1:${#kept}}" "$quote"
  COMPREPLY+=("$quoted")
  summaries+=("${2-}")
}

_zksh_offer_verbs() {
  local line folded prefix verbs=$_zksh_verbs
  _zksh_fold "$typed"
  prefix=$folded
  # Other spellings only come up when they are meant.
  if [[ $prefix ]]; then verbs+=$'\n'$_zksh_aliases; fi
  while IFS= read -r line; do
    if [[ $line == "$prefix"* ]]; then
      line=${line#*|}
      COMPREPLY+=("${line%%|*}")
      summaries+=("${line#*|}")
    fi
  done <<<"$verbs"
}

_zksh_offer_options() {
  local line
  while IFS= read -r line; do
    if [[ $line == "$typed"* ]]; then _zksh_offer "${line%%|*}" "${line#*|*|}"; fi
  done <<<"$options"
}

_zksh_offer_choices() {
  local choice value=
  if [[ $typed == --*=* ]]; then value=${typed%%=*}=; fi
  for choice in ${1//,/ }; do
    if [[ $value$choice == "$typed"* ]]; then _zksh_offer "$value$choice"; fi
  done
}

_zksh_offer_commands() {
  local name
  if [[ $typed ]]; then
    while IFS= read -r name; do _zksh_offer "$name"; done <<<"$(compgen -c -- "$typed")"
  fi
}

# Asks zksh, which never takes longer than its own limit and says nothing of what goes wrong.
_zksh_offer_answer() {
  local answer text
  type "${words[0]}" >/dev/null 2>&1 || return
  while IFS= read -r answer; do
    if [[ $answer ]]; then
      printf -v text %b "${answer%%$'\t'*}"
      _zksh_offer "$text"
      if [[ $answer == *$'\t'more$'\t'* ]]; then compopt -o nospace 2>/dev/null; fi
    fi
  done <<<"$("${words[0]}" __complete bash $((${#words[@]} - 1)) -- "${words[@]}" </dev/null 2>/dev/null)"
}

# Behind the second Tab readline only shows the candidates: then each comes with its summary.
_zksh_summarize() {
  local i width=0 shown
  for i in "${COMPREPLY[@]}"; do
    if ((${#i} > width)); then width=${#i}; fi
  done
  for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
    if [[ ${summaries[i]} ]]; then
      printf -v shown "%-${width}s  %s" "${COMPREPLY[i]}" "(${summaries[i]})"
      COMPREPLY[i]=$shown
    fi
  done
}

_zksh() {
  local IFS=$' \t\n' line=${COMP_LINE:0:COMP_POINT} quote redirected kind verb options arguments typed kept
  local -a words given summaries=()
  COMPREPLY=()

  _zksh_split "$line"
  if [[ $redirected ]]; then
    compopt -o default 2>/dev/null
    return
  fi
  given=("${words[@]}")
  # Readline replaces only its own idea of the last word ($2), which begins behind a `:`, a `=` or an open quote.
  _zksh_split "${line%"$2"}"
  kept=${words[${#words[@]} - 1]}
  local kept_quote=$quote
  # An alias stands for its words.
  words=()
  if ((BASH_VERSINFO[0] >= 4)) && [[ ${BASH_ALIASES[${given[0]}]-} ]]; then
    _zksh_split "${BASH_ALIASES[${given[0]}]} "
    unset 'words[${#words[@]}-1]' 'given[0]'
  fi
  words+=("${given[@]}")
  quote=$kept_quote

  typed=${words[${#words[@]} - 1]}
  _zksh_context
  case $kind in
    verb) _zksh_offer_verbs ;;
    option) _zksh_offer_options ;;
    choice:*) _zksh_offer_choices "${kind#choice:}" ;;
    live) _zksh_offer_answer ;;
    command) _zksh_offer_commands ;;
    file) compopt -o default 2>/dev/null ;;
  esac
  if [[ ${COMP_TYPE-} == 63 ]] && ((${#COMPREPLY[@]} > 1)); then _zksh_summarize; fi
}

complete -F _zksh zksh
