#!/usr/bin/env bats
# shellcheck disable=SC2154  # of the helpers
# What the scripts of roles refuse: options and lists of files.

load stubs
load nodes

setup() {
	a_node
}

@test "an unknown option is refused in one line with status 2" {
	for script in redis/1-provision.sh redis/2-configure.sh redis/3-redis-commander.sh redis/upgrade.sh proxy/1-provision.sh proxy/2-configure.sh common/hosts.sh; do
		run bash "$provision/$script" --bogus value
		[ "$status" -eq 2 ]
		[ "$output" = "${script##*/}: unknown option: --bogus" ]
	done
	[ ! -s "$calls" ]
}

@test "what is not to be understood is refused in one line, before anything is touched" {
	while read -r expected options; do
		# shellcheck disable=SC2086  # words
		run bash "$provision/common/2-configure.sh" --root "$root" $options
		[ "$status" -eq 2 ]
		[ "$output" = "2-configure.sh: ${expected//_/ }" ]
	done <<-'END'
		--files_is_needed
		--files:_no_list_of_files_in_/nowhere --files /nowhere
		--process:_not_NAME=UNIT:_web --files /nowhere --process web
		--process:_not_NAME=UNIT:_web= --files /nowhere --process web=
		--process:_not_NAME=UNIT:_=web --files /nowhere --process =web
		unknown_option:_--bogus --bogus
	END
	[ ! -s "$calls" ]
}

@test "a list of files that is damaged, or names one that is not there, ends the run" {
	listed /etc/web/site.conf 'port 1' restart web
	echo '/etc/web/other.conf 640' >"$files/files.list"
	on_folder common/2-configure.sh
	[ "$status" -eq 2 ]
	[ "$output" = '2-configure.sh: --files: not PATH MODE OWNER GROUP THEN PROCESSES: /etc/web/other.conf 640' ]
	listed /etc/web/site.conf 'port 1' restart web
	sed -i 1d "$files/files.list"
	rm "$files/files/etc/web/site.conf"
	for check in '' --check; do
		on_folder common/2-configure.sh ${check:+"$check"}
		[ "$status" -eq 2 ]
		[ "$output" = "2-configure.sh: --files: no such file: $files/files/etc/web/site.conf" ]
	done
	[ ! -e "$root/var" ]
}
