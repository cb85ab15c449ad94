# shellcheck shell=bash disable=SC1091,SC2016,SC2034,SC2154  # stubs; variables of the other helpers and of bats
# A node for provision scripts: a folder of processes, or a machine whose paths lie in a folder; with
# stub services and packages. `load nodes` after stubs, never run.

# a_node - whatever a test gets wrong, this machine's packages, users and services stay as they are
a_node() {
	provision=$BATS_TEST_DIRNAME/../../provision
	root="$BATS_TEST_TMPDIR/a node/redis1" # a path may have spaces
	files="$BATS_TEST_TMPDIR/a role"
	payload="$BATS_TEST_TMPDIR/a payload"
	machine=$BATS_TEST_TMPDIR/machine
	policy=$machine/usr/sbin/policy-rc.d
	running=$BATS_TEST_TMPDIR/running
	enabled=$BATS_TEST_TMPDIR/enabled
	installed=$BATS_TEST_TMPDIR/installed
	limited=$BATS_TEST_TMPDIR/limited
	supervisor="$BATS_TEST_TMPDIR/a node/supervisord.conf"
	mkdir -p "$limited" "$root/etc/redis" "$files" "$payload" "${policy%/*}" "$running" "$enabled" "$installed"
	stubbed
	for name in apt-get dnf rpm dpkg-query systemctl journalctl useradd chown redis-server; do
		stub "$name" 'exit 1'
	done
	supervisord
}

# only NAME... - leave nothing on the PATH $limited but the stubs of these names and plain tools
only() {
	local tool
	for tool in bash cat chmod dirname id mkdir rm stat tail touch; do
		ln -sf "$(command -v "$tool")" "$limited"
	done
	for tool in "$@"; do ln -sf "$stubs/$tool" "$limited"; done
}

# A pid that no process has: the kernel's largest is below it
NOBODY=4194305

# supervisord - one that keeps in a folder what runs
supervisord() {
	stub supervisorctl '
		verb=$3 process=${*: -1}
		case "$verb $4" in
		"status "*:\*) for each in "'"$running"'"/*; do echo "${each##*/} RUNNING pid '$NOBODY'"; done ;;
		status*) [[ -e '"$running"'/$process ]] && echo "$process RUNNING pid '$NOBODY'" || { echo "$process STOPPED"; exit 3; } ;;
		start*) touch "'"$running"'/$process" ;;
		"signal TERM") rm "'"$running"'/$process" ;;
		"signal HUP") [[ -e '"$running"'/$process ]] ;;
		*) exit 1 ;;
		esac'
}

# systemd - one that keeps in folders what is enabled and what runs
systemd() {
	stub systemctl '
		unit=${*: -1}
		case $1 in
		is-enabled) [[ -e '"$enabled"'/$unit ]] ;;
		enable) touch "'"$enabled"'/$unit" ;;
		disable) rm -f "'"$enabled"'/$unit" ;;
		is-active) [[ -e '"$running"'/$unit ]] ;;
		start | restart) touch "'"$running"'/$unit" ;;
		reload) [[ -e '"$running"'/$unit ]] ;;
		daemon-reload | reset-failed) ;;
		*) exit 1 ;;
		esac'
}

# project - the scripts for $machine, in $project: every path of the system lies below it
project() {
	project=$BATS_TEST_TMPDIR/project
	mkdir -p "$project"
	cp -r "$provision"/{common,redis,proxy,web} "$project"
	sed -E -i 's#(^|[ "=(>]|\$ROOT)/(etc|opt|var|lib/systemd|usr/lib/systemd|usr/sbin/policy)#\1'"$machine"'/\2#g' \
		"$project"/*/*.sh
}

# done_to_processes - what supervisord was asked to do, in the order of the processes
done_to_processes() {
	sed -n 's/^supervisorctl -c .*supervisord.conf //p' "$calls" |
		awk '$1 != "status" { print $NF "\t" $0 }' | sort -s -k 1,1 | cut -f 2
}

# done_to_units - what systemd was asked to do, in the order of time
done_to_units() {
	sed -n 's/^systemctl //p' "$calls" | grep -Ev '^(is-|show|reset-failed)'
}

# listed PATH TEXT THEN PROCESSES - a file that is to be installed
listed() {
	mkdir -p "$files/files${1%/*}"
	printf '%s\n' "$2" >"$files/files$1"
	printf '%s 640 %s %s %s %s\n' "$1" "$(id -un)" "$(id -gn)" "$3" "$4" >>"$files/files.list"
}

# changed PATH TEXT - another text of a listed file
changed() {
	printf '%s\n' "$2" >"$files/files$1"
}

# on_folder SCRIPT OPTION... - run it for the folder node
on_folder() {
	: >"$calls"
	run setsid --wait bash "$provision/$1" --files "$files" "${@:2}" \
		--root "$root" --supervisor "$supervisor" --node redis1
}

# on_machine SCRIPT OPTION... - run it for the machine of the test
on_machine() {
	: >"$calls"
	run setsid --wait bash "$project/$1" "${@:2}"
}

steps() {
	grep '^:: ' <<<"$output" | sort
}

# everything FOLDER... - what it holds: every path with its mode, size and last change of whatever kind
everything() {
	find "$@" -printf '%p %m %s %C@\n' | sort
}
