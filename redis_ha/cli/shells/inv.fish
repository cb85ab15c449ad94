# Completes ./inv and invoke in fish: ./inv --print-completion-script fish | source

function __redis_ha_inv
    set -l words (commandline --tokenize --cut-at-cursor --current-process) (commandline --current-token --cut-at-cursor)
    $words[1] --complete -- $words 2>/dev/null
end

complete --command inv --arguments '(__redis_ha_inv)'
complete --command invoke --arguments '(__redis_ha_inv)'
