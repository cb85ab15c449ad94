# Completes ./inv and invoke in fish: ./inv --print-completion-script fish | source

function __redis_ha_inv
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l current (commandline --current-token --cut-at-cursor)
    set -l found ($words[1] --complete -- $words "$current" 2>/dev/null)
    if set -q found[1]
        printf '%s\n' $found
    else
        __fish_complete_path "$current"
    end
end

complete --command inv --no-files --arguments '(__redis_ha_inv)'
complete --command invoke --no-files --arguments '(__redis_ha_inv)'
