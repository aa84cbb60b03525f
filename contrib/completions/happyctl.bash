# bash completion of happyctl. Words come from `happyctl complete`, so that they are those of the
# installed version, and from the sessions there are.

_happyctl_words()
{
    happyctl complete "$@" 2>/dev/null | cut -f 1
}

_happyctl()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command='' operands=0 word index words=''
    COMPREPLY=()
    for ((index = 1; index < COMP_CWORD; index++)); do
        word=${COMP_WORDS[index]}
        # Behind -- stand a command line or an agent's own arguments.
        if [[ $word == -- ]]; then
            compopt -o default 2>/dev/null
            return
        elif [[ $word != -* && -z $command ]]; then
            command=$word
        elif [[ $word != -* ]]; then
            ((operands++))
        fi
    done
    case $previous in
    -C | --directory)
        compopt -o dirnames 2>/dev/null
        return
        ;;
    -s | --session)
        words=$(_happyctl_words sessions)
        ;;
    -n | --name | --env | --size | --timeout | --history | --lines | --text)
        return
        ;;
    *)
        if [[ -z $command && $current != -* ]]; then
            words=$(_happyctl_words commands)
        elif [[ $current == -* ]]; then
            words=$(_happyctl_words options ${command:+"$command"})
        else
            words=$(_happyctl_words operands "$command" "$operands")
        fi
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _happyctl happyctl
