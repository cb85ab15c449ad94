# Completes ./inv and invoke in zsh, after compinit: source <(./inv --print-completion-script zsh)

_redis_ha_inv() {
	local -a found
	found=(${(f)"$("${words[1]}" --complete -- "${(@)words[1,CURRENT]}" 2>/dev/null)"})
	compadd -- $found || _files
}

compdef _redis_ha_inv inv invoke
