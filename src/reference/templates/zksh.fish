@@NOTICE@@
#
# Tab in fish for zksh. Verbs, options and choices stand in this file; znode paths come from the server, asked by zksh
# itself within its own time limit. Nothing typed is ever evaluated; fish quotes what is inserted.

# What each verb takes ('': before and behind it, `--`: only before): options as FLAG|KIND|SUMMARY, and of the arguments
# a kind for each position.
# Kinds: switch, live (zksh is asked), file, command, verb, none, choice:A,B; a + behind the last one repeats it,
# `rest:` in front of an option's says that it takes all that follows.
function __zksh_options
    switch "$argv[1]"
@@OPTIONS@@
    end
end

function __zksh_arguments
    switch "$argv[1]"
@@ARGUMENTS@@
    end
end

# Verbs as NAME|SUMMARY; other spellings only when something is typed.
function __zksh_verbs
    printf '%s\n' @@VERBS@@
    if test -n "$argv[1]"
        printf '%s\n' @@ALIASES@@
    end
end

# The verb's own name: any letter case, with or without hyphens, or an alias. Nothing where there is none.
function __zksh_verb
    switch (string lower -- (string replace --all -- - '' $argv[1]))
@@NAMES@@
    end
end

# The kind of the value of the flag $argv[1] among the options in the rest; nothing where it is not there.
function __zksh_kind
    for line in $argv[2..]
        set -l fields (string split --max 2 '|' -- $line)
        if test "$fields[1]" = "$argv[1]"
            echo $fields[2]
            return
        end
    end
end

# The kind of the value that follows the option $argv[1]: `switch` where none does.
function __zksh_option
    if string match --quiet -- '--*' $argv[1]
        if string match --quiet -- '*=*' $argv[1]
            echo switch
        else
            __zksh_kind $argv
        end
        return
    end
    # Letters in one word: a value begins behind the first that takes one.
    set -l letters (string split '' -- (string sub --start 2 -- $argv[1]))
    for i in (seq (count $letters))
        set -l kind (__zksh_kind -$letters[$i] $argv[2..])
        if test -n "$kind"; and test "$kind" != switch
            test $i -lt (count $letters); and echo switch; or echo $kind
            return
        end
    end
    echo switch
end

# What the last of the words is: its kind, then the options that may stand there, one a line.
function __zksh_context
    set -l globals (__zksh_options '')
    set -l options $globals (__zksh_options --)
    set -l verb
    set -l ended
    set -l position 0
    set -l i 2
    while test $i -lt (count $argv)
        set -l word $argv[$i]
        if test -z "$ended"; and string match --quiet -- -- $word
            set ended 1
        else if test -z "$ended"; and string match --quiet --regex -- '^-.' $word
            set -l kind (__zksh_option $word $options)
            switch "$kind"
                case 'rest:*'
                    if test $i -lt (math (count $argv) - 1)
                        echo file
                    else
                        string replace -- rest: '' $kind
                    end
                    return
                case switch ''
                case '*'
                    if test $i -eq (math (count $argv) - 1)
                        echo $kind
                        return
                    end
                    set i (math $i + 1)
            end
        else if test -z "$verb"
            set verb (__zksh_verb $word)
            if test -z "$verb"
                echo none
                return
            end
            # The verb's own come first, so that they win.
            set options (__zksh_options $verb) $globals
        else
            set position (math $position + 1)
        end
        set i (math $i + 1)
    end

    set -l word $argv[-1]
    if test -z "$ended"; and string match --quiet -- '--*=*' $word
        __zksh_kind (string split --max 1 = -- $word)[1] $options | string replace switch none
    else if test -z "$ended"; and string match --quiet -- '-*' $word
        echo option
        string join \n -- $options
    else if test -z "$verb"
        echo verb
    else
        set -l kinds (__zksh_arguments $verb)
        if test $position -lt (count $kinds)
            string replace + '' -- $kinds[(math $position + 1)]
        else if string match --quiet -- '*+' $kinds[-1]
            string replace + '' -- $kinds[-1]
        else
            echo none
        end
    end
end

# The word $argv[1] as typed, without its quotes; nothing in it is run. A $NAME alone is looked up, a ~ in front too.
function __zksh_unquote
    set -l name (string match --regex --groups-only -- '^"?\$([A-Za-z_][A-Za-z0-9_]*)"?$' $argv[1])
    if test -n "$name"
        string join ' ' -- $$name
        return
    end
    set -l word (string replace --regex -- '^~/' "$HOME/" $argv[1])
    # An open quote is closed first.
    for close in '' '"' "'"
        string unescape -- $word$close; and return
    end
end

# Asks zksh, which never takes longer than its own limit and says nothing of what goes wrong.
function __zksh_answer
    type --query $argv[1]; or return
    $argv[1] __complete fish (math (count $argv) - 1) -- $argv </dev/null 2>/dev/null | while read --local --delimiter \n line
        set -l fields (string split \t -- $line)
        printf '%b\t%b\n' $fields[1] "$fields[3]"
    end
end

function __zksh_complete
    set -l words
    for word in (commandline -opc)
        set --append words "$(__zksh_unquote $word)"
    end
    set --append words "$(__zksh_unquote "$(commandline -ct)")"

    set -l context (__zksh_context $words)
    # `--option=value` is one word, to be completed as a whole.
    set -l option (string match --regex -- '^--[^=]+=' $words[-1])
    set -l value (string sub --start (math (string length -- "$option") + 1) -- $words[-1])
    switch "$context[1]"
        case verb
            __zksh_verbs $words[-1] | string replace '|' \t
        case option
            string replace --regex -- '\|[^|]*\|' \t $context[2..]
        case 'choice:*'
            printf '%s\n' "$option"(string split , -- (string replace choice: '' -- $context[1]))
        case live
            __zksh_answer $words
        case command
            __fish_complete_command
        case file
            printf '%s\n' "$option"(__fish_complete_path $value)
    end
end

complete --command zksh --no-files --keep-order --arguments '(__zksh_complete)'
