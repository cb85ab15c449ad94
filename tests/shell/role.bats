#!/usr/bin/env bats
# shellcheck disable=SC1091,SC2016,SC2154,SC2329  # stubs
# provision/common/role.sh on a folder node, by the script of roles that have none of their own.

load stubs
load nodes

setup() {
	a_node
	listed /etc/web/site.conf 'port 1' restart web
	listed /etc/web/words.txt 'first' reload web,worker
	listed /etc/web/plain.txt 'first' nothing web,worker
}

configure() {
	on_folder common/2-configure.sh --process web=web.service --process worker=worker.service "$@"
}

# started - both run, nothing is due
started() {
	configure
	[ "$status" -eq 0 ]
}

# broken - a supervisord at whose next VERB the run is killed, as by a loss of power
broken() {
	stub supervisorctl '[[ $3 != '"$1"' ]] || kill -9 0'
}

@test "the first run installs and starts, the second finds nothing to do, of any role" {
	configure
	[ "$status" -eq 0 ]
	[ "$(steps)" = ":: plain.txt changed
:: site.conf changed
:: web changed
:: words.txt changed
:: worker changed" ]
	[ "$(done_to_processes)" = $'start redis1:web\nstart redis1:worker' ]
	diff -r "$files/files/etc/web" "$root/etc/web"
	[ "$(stat -c %a "$root/etc/web/site.conf")" = 600 ]

	configure
	[ "$status" -eq 0 ]
	[ "$(steps | grep -c ' ok$')" -eq 5 ]
	[ -z "$(done_to_processes)" ]
}

@test "only the process that takes note of a file is restarted" {
	started
	changed /etc/web/site.conf 'port 2'
	configure
	[ "$(steps | grep changed)" = $':: site.conf changed\n:: web changed' ]
	[ "$(done_to_processes)" = $'signal TERM redis1:web\nstart redis1:web' ]
}

@test "a file of which nobody takes note is installed, and nothing else happens" {
	started
	changed /etc/web/plain.txt second
	configure
	[ "$(steps | grep changed)" = ':: plain.txt changed' ]
	[ -z "$(done_to_processes)" ]
	[ "$(cat "$root/etc/web/plain.txt")" = second ]
}

@test "what is read anew on a signal is not restarted" {
	started
	changed /etc/web/words.txt second
	configure
	[ "$status" -eq 0 ]
	[ "$(steps | grep changed)" = $':: web changed\n:: words.txt changed\n:: worker changed' ]
	[ "$(done_to_processes)" = $'signal HUP redis1:web\nsignal HUP redis1:worker' ]
	configure
	[ -z "$(done_to_processes)" ]
}

@test "a signal that does not arrive is one clear error, and stays due" {
	started
	changed /etc/web/words.txt second
	sed -i 's/"signal HUP").*/"signal HUP") echo "no such process"; exit 1 ;;/' "$stubs/supervisorctl"
	configure
	[ "$status" -eq 2 ]
	grep -q '^no such process$' <<<"$output"
	grep -q '^2-configure.sh: failed: supervisorctl .*signal HUP redis1:web$' <<<"$output"
	supervisord
	configure
	[ "$(done_to_processes)" = $'signal HUP redis1:web\nsignal HUP redis1:worker' ]
}

@test "where a restart and a reload are due there is a restart, whichever comes first" {
	for order in --ignore-case --reverse; do
		started
		changed /etc/web/site.conf "port of $order"
		changed /etc/web/words.txt "words of $order"
		sort "$order" --output "$files/files.list" "$files/files.list"
		configure
		[ "$status" -eq 0 ]
		[ "$(done_to_processes)" = $'signal TERM redis1:web\nstart redis1:web\nsignal HUP redis1:worker' ]
	done
}

@test "a process that has ended is started, not reloaded" {
	started
	rm "$running/redis1:worker"
	changed /etc/web/words.txt second
	configure
	[ "$status" -eq 0 ]
	[ "$(done_to_processes)" = $'signal HUP redis1:web\nstart redis1:worker' ]
	configure
	[ "$(steps | grep -c ' ok$')" -eq 5 ]
}

@test "a run that is killed between a file and the restart leaves it due" {
	started
	changed /etc/web/site.conf 'port 2'
	broken status
	configure
	[ "$status" -eq 137 ]
	grep -q 'port 2' "$root/etc/web/site.conf"
	supervisord
	configure
	[ "$(steps | grep changed)" = ':: web changed' ]
	[ "$(done_to_processes)" = $'signal TERM redis1:web\nstart redis1:web' ]
	configure
	[ "$(steps | grep -c ' ok$')" -eq 5 ]
}

@test "a restart that failed is due again" {
	started
	changed /etc/web/site.conf 'port 2'
	sed -i 's/start\*).*/start*) exit 1 ;;/' "$stubs/supervisorctl"
	configure
	[ "$status" -eq 2 ]
	grep -q '^2-configure.sh: redis1:web does not start$' <<<"$output"
	grep -q '^:: worker ok$' <<<"$output"
	touch "$running/redis1:web" # somebody else's start, perhaps with the files of before
	supervisord
	configure
	[ "$status" -eq 0 ]
	[ "$(done_to_processes)" = $'signal TERM redis1:web\nstart redis1:web' ]
}

@test "a reload does not take the place of a restart that a run before left due" {
	started
	changed /etc/web/site.conf 'port 2'
	broken status
	configure
	changed /etc/web/words.txt second
	configure
	supervisord
	configure
	[ "$(done_to_processes)" = $'signal TERM redis1:web\nstart redis1:web\nsignal HUP redis1:worker' ]
}

@test "a role without processes has its files installed, and nothing is due" {
	rm "$files/files.list"
	listed /etc/web/site.conf 'port 2' restart -
	on_folder common/2-configure.sh
	[ "$status" -eq 0 ]
	[ "$output" = ':: site.conf changed' ]
	[ -z "$(find "$root/var" -type f)" ]
}

@test "a process that is about to run has read the files of before: it is let start, then restarted" {
	started
	changed /etc/web/site.conf 'port 2'
	stub supervisorctl '
		cd '"$running"'
		case "$3 ${*: -1}" in
		"status redis1:web") echo >>asked; [[ $(wc -l <asked) -lt 4 ]] && echo redis1:web STARTING || cat state ;;
		"signal redis1:web") [[ $(wc -l <asked) -ge 4 ]] && echo redis1:web STOPPED >state ;;
		"start redis1:web") echo redis1:web RUNNING >state ;;
		*) printf "%s\n" "redis1:web STARTING" "redis1:worker RUNNING" ;;
		esac'
	echo redis1:web RUNNING >"$running/state"
	configure
	[ "$status" -eq 0 ]
	[ "$(done_to_processes)" = $'signal TERM redis1:web\nstart redis1:web' ]
	[ "$(cat "$running/state")" = "redis1:web RUNNING" ]
}

@test "a process that ends by itself just before it is told to is started" {
	started
	changed /etc/web/site.conf 'port 2'
	sed -i 's/"signal TERM").*/"signal TERM") rm '"${running//\//\\/}"'\/$process; exit 1 ;;/' "$stubs/supervisorctl"
	configure
	[ "$status" -eq 0 ]
	[ "$(steps | grep changed)" = $':: site.conf changed\n:: web changed' ]
	[ -e "$running/redis1:web" ]
}

@test "a check names every file and process that is due, and changes nothing" {
	before=$(everything "$root" "$running")
	configure --check
	[ "$status" -eq 0 ]
	[ "$(steps | grep -c ' due$')" -eq 5 ]
	[ "${#lines[@]}" -eq 5 ]
	[ -z "$(done_to_processes)" ]
	[ "$(everything "$root" "$running")" = "$before" ]
}

@test "a check after a run says that all is well" {
	started
	before=$(everything "$root" "$running")
	configure --check
	[ "$(steps | grep -c ' ok$')" -eq 5 ]
	[ "$(everything "$root" "$running")" = "$before" ]
}

@test "a check names a process that has to be started, restarted or reloaded" {
	started
	changed /etc/web/words.txt second
	before=$(everything "$root" "$running")
	configure --check
	[ "$(steps | grep due)" = $':: web due\n:: words.txt due\n:: worker due' ]
	changed /etc/web/words.txt first
	changed /etc/web/site.conf 'port 2'
	configure --check
	[ "$(steps | grep due)" = $':: site.conf due\n:: web due' ]
	changed /etc/web/site.conf 'port 1'
	[ "$(everything "$root" "$running")" = "$before" ]
	rm "$running/redis1:worker"
	configure --check
	[ "$(steps | grep due)" = ':: worker due' ]
	[ -z "$(done_to_processes)" ]
}

@test "a check names what a run that was killed left due, and leaves it so" {
	started
	changed /etc/web/site.conf 'port 2'
	broken status
	configure
	supervisord
	before=$(everything "$root" "$running")
	for _ in 1 2; do
		configure --check
		[ "$(steps | grep due)" = ':: web due' ]
	done
	[ "$(everything "$root" "$running")" = "$before" ]
}

# blocked PATH... - none of them can be written, whoever runs this: a file is where their folder is
blocked() {
	for path in "$@"; do
		rm -rf "$root$path"
		mkdir -p "$root${path%/*}"
		touch "$root$path"
	done
}

@test "a path that cannot be written is named with the reason, whatever is to be written there" {
	for path in /etc/web /var/lib/redis-ha; do
		blocked "$path"
		configure
		[ "$status" -eq 2 ]
		[[ ${lines[-1]} == "2-configure.sh: cannot write $root$path"*": "* ]]
		[[ ${lines[-1]} == *": Not a directory" || ${lines[-1]} == *": File exists" ]]
		rm "$root$path"
	done
	configure
	[ "$status" -eq 0 ]
}

@test "a full disk leaves the file of before, nothing beside it, and what is due" {
	started
	changed /etc/web/site.conf 'port 2'
	stub install 'echo half >"${*: -1}"; echo "install: error writing '"'x'"': No space left on device" >&2; exit 1'
	configure
	[ "$status" -eq 2 ]
	[ "${lines[-1]}" = "2-configure.sh: cannot write $root/etc/web/site.conf: No space left on device" ]
	[ "$(cat "$root/etc/web/site.conf")" = 'port 1' ]
	[ "$(ls "$root/etc/web")" = $'plain.txt\nsite.conf\nwords.txt' ]
	rm "$stubs/install"
	configure
	[ "$(steps | grep changed)" = $':: site.conf changed\n:: web changed' ]
}

@test "a command that meets a full disk long before its last line is told with that" {
	. "$provision/common/lib.sh"
	many() {
		echo "dpkg: error processing archive x (--unpack): cannot copy: No space left on device"
		echo "E: Sub-process /usr/bin/dpkg returned an error code (1)"
		return 1
	}
	run quietly many
	[ "$status" -eq 2 ]
	[[ ${lines[-1]} == *': failed: many: '*'cannot copy: No space left on device' ]]
}
