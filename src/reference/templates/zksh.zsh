#compdef zksh
@@NOTICE@@
#
# Tab in zsh for zksh. Verbs, options and choices stand in this file; znode paths come from the server, asked by zksh
# itself within its own time limit. Nothing typed is ever evaluated; zsh quotes what is inserted.

# What each verb takes; those of no verb ('') stand before and behind it, `--` only before. Sets `flags`, lines
# FLAG|KIND|SUMMARY, and `arguments`, a kind for each position.
# Kinds: switch, live (zksh is asked), file, command, verb, none, choice:A,B; a + behind the last one repeats it,
# `rest:` in front of an option's says that it takes all that follows.
_zksh_takes() {
  flags=() arguments=()
  case $1 in
@@TAKES@@
  esac
}

# The verb's own name, in `verb`: any letter case, with or without hyphens, or an alias. Empty where there is none.
_zksh_verb() {
  verb=${(L)1//-/}
  case $verb in
@@NAMES@@
    (*) verb= ;;
  esac
}

# WORD as the shell would pass it on, without running anything: quotes are taken off, a $NAME alone is looked up. Sets REPLY.
_zksh_unquote() {
  local name
  if [[ $1 == (\"|)\$(\{|)[A-Za-z_][A-Za-z0-9_]#(\}|)(\"|) ]]; then
    name=${1//[^A-Za-z0-9_]/}
    REPLY=${(P)name}
  elif [[ $1 == '~/'* ]]; then
    REPLY=$HOME/${(Q)${1#\~/}}
  else
    REPLY=${(Q)1}
  fi
}

# The kind of FLAG's value among `flags`, in `kind`; empty where it is not there.
_zksh_kind() {
  local line=${flags[(r)${(b)1}\|*]}
  kind=${${line#*\|}%%\|*}
}

# The kind of the value that follows the option WORD, in `kind`: `switch` where none does.
_zksh_option() {
  local word=$1 i
  if [[ $word == --* ]]; then
    _zksh_kind ${word%%=*}
    if [[ $word == *=* ]]; then kind=switch; fi
    return
  fi
  # Letters in one word: a value begins behind the first that takes one.
  for ((i = 2; i <= $#word; i++)); do
    _zksh_kind -$word[i]
    if [[ -n $kind && $kind != switch ]]; then
      if ((i < $#word)); then kind=switch; fi
      return
    fi
  done
  kind=switch
}

# The kind of the argument at POSITION (1-based) of `arguments`, in `kind`.
_zksh_argument() {
  if (($1 <= $#arguments)); then
    kind=${arguments[$1]%+}
  elif [[ $arguments[-1] == *+ ]]; then
    kind=${arguments[-1]%+}
  else
    kind=none
  fi
}

# Reads the words before the last: sets `verb`, `flags`, `arguments`, and `kind`, what the last one is.
_zksh_context() {
  local i word ended position=1
  local -a globals start
  verb=
  _zksh_takes --
  start=($flags)
  _zksh_takes ''
  globals=($flags)
  flags+=($start)
  for ((i = 2; i < $#given; i++)); do
    word=$given[i]
    if [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -?* ]]; then
      _zksh_option $word
      case $kind in
        (rest:*)
          kind=${kind#rest:}
          if ((i < $#given - 1)); then kind=file; fi
          return
          ;;
        (switch|'') ;;
        (*)
          if ((i == $#given - 1)); then return; fi
          ((++i))
          ;;
      esac
    elif [[ -z $verb ]]; then
      _zksh_verb $word
      if [[ -z $verb ]]; then
        kind=none
        return
      fi
      _zksh_takes $verb
      # The verb's own come first, so that they win.
      flags+=($globals)
    else
      ((++position))
    fi
  done
  word=$given[-1]
  if [[ -z $ended && $word == --*=* ]]; then
    _zksh_kind ${word%%=*}
    if [[ $kind == switch ]]; then kind=none; fi
  elif [[ -z $ended && $word == -* ]]; then
    kind=option
  elif [[ -n $verb ]]; then
    _zksh_argument $position
  else
    kind=verb
  fi
}

# Asks zksh, which never takes longer than its own limit and says nothing of what goes wrong.
_zksh_ask() {
  local answer text
  local -a texts unfinished fields
  whence -- $given[1] >/dev/null || return
  for answer in "${(@f)$($given[1] __complete zsh $((CURRENT - 1)) -- "${(@)given}" </dev/null 2>/dev/null)}"; do
    fields=("${(@ps:\t:)answer}")
    text=${(g::)fields[1]}
    if [[ $given[-1] == --*=* ]]; then text=${text#*=}; fi
    if [[ -z $text ]]; then
      continue
    elif [[ $fields[2] == more ]]; then
      unfinished+=("$text")
    else
      texts+=("$text")
    fi
  done
  # zksh has chosen already (-U): a candidate may begin otherwise, in another letter case for instance.
  compadd -U -S '' -a unfinished
  compadd -U -a texts
}

_zksh() {
  local REPLY word verb kind line
  local -a flags arguments given described

  for word in "${(@)words[1,CURRENT-1]}"; do
    _zksh_unquote $word
    given+=("$REPLY")
  done
  given+=("${(Q)${:-$QIPREFIX$PREFIX$compstate[quote]}}")
  if [[ $compstate[quote] == "\$'" ]]; then given[-1]="${(Q)${:-$QIPREFIX$PREFIX\'}}"; fi
  _zksh_context
  if [[ $given[-1] == --*=* && $kind != option ]]; then compset -P '*='; fi

  case $kind in
    (verb)
      described=(
@@VERBS@@
      )
      # Other spellings only come up when they are meant.
      if [[ -n $given[-1] ]]; then
        described+=(
@@ALIASES@@
        )
      fi
      _describe -t commands verb described -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}'
      ;;
    (option)
      for line in $flags; do described+=("${${line%%\|*}//:/\\:}:${line#*\|*\|}"); done
      _describe -t options option described
      ;;
    (choice:*) compadd -- ${(s:,:)kind#choice:} ;;
    (live) _zksh_ask ;;
    (command) _command_names -e ;;
    (file) _files ;;
  esac
}

# Loaded by compinit from $fpath when Tab is first pressed, or sourced by the user.
if (($+compstate)); then
  _zksh "$@"
else
  compdef _zksh zksh
fi
