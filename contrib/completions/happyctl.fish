# fish completion of happyctl. Words come from `happyctl complete`, so that they are those of the
# installed version, and from the sessions there are.

function __happyctl_complete
    set -l command
    set -l operands 0
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for word in $words[2..-1]
        switch $word
            case --
                return
            case '-*'
            case '*'
                if test -z "$command"
                    set command $word
                else
                    set operands (math $operands + 1)
                end
        end
    end
    switch $words[-1]
        case -C --directory
            __fish_complete_directories $current
            return
        case -s --session
            happyctl complete sessions 2>/dev/null
            return
        case -n --name --env --size --timeout --history --lines --text
            return
    end
    if string match -q -- '-*' $current
        happyctl complete options $command 2>/dev/null
    else if test -z "$command"
        happyctl complete commands 2>/dev/null
    else
        happyctl complete operands $command $operands 2>/dev/null
    end
end

complete -c happyctl -f -a '(__happyctl_complete)'
