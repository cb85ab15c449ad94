# shellcheck shell=bash
# Completes ./inv and invoke in bash: source <(./inv --print-completion-script bash)

_redis_ha_inv() {
	local line=${COMP_LINE:0:COMP_POINT} current
	local -a words
	read -ra words <<<"$line"
	[[ $line != *[[:space:]] ]] || words+=("")
	mapfile -t COMPREPLY < <("${words[0]}" --complete -- "${words[@]}" 2>/dev/null)
	# bash replaces only what follows the last `:` or `=` of the word
	current=${words[-1]}
	COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*[:=]}"}"}")
}

complete -o default -F _redis_ha_inv inv invoke
