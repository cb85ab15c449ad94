#!/usr/bin/env bats
# shellcheck disable=SC1091,SC2016,SC2154  # stubs, variables of the helpers
# provision/proxy/1-provision.sh and 2-configure.sh, with stub services: no root, no system touched.

load stubs
load nodes
load packages

setup() {
	a_node
	stub haproxy 'grep -q "^global" "${*: -1}" || { echo "[ALERT] config : unknown keyword"; exit 1; }'
}

# proxy TEXT OPTION... - provision the folder node's proxy with this configuration
proxy() {
	rm -f "$files/files.list"
	listed /etc/redis-proxy/haproxy.cfg "$1" reload proxy
	on_folder proxy/2-configure.sh --process proxy=redis-proxy.service "${@:2}"
}

@test "a folder node gets no package" {
	run bash "$provision/proxy/1-provision.sh" --root "$root"
	[ "$status" -eq 0 ]
	[ "$output" = ':: packages ok' ]
	[ ! -s "$calls" ]
}

@test "the service of a package that this installs is disabled, also by the run after one that broke off" {
	debian
	systemd
	project
	rm "$stubs/haproxy"
	only apt-get dpkg-query systemctl id
	for tool in awk find grep mv sed setsid sort touch; do ln -sf "$(command -v "$tool")" "$limited"; done
	touch "$enabled/haproxy.service"
	mkdir -p "$machine/usr/lib/systemd/system"
	stub apt-get 'touch '"$installed/haproxy $machine"'/usr/lib/systemd/system/haproxy.service'
	stub systemctl 'kill -9 0'
	PATH=$limited on_machine proxy/1-provision.sh
	[ "$status" -eq 137 ]
	[ -e "$installed/haproxy" ]
	stub haproxy 'exit 0' # the package brought it
	ln -sf "$stubs/haproxy" "$limited"
	systemd
	PATH=$limited on_machine proxy/1-provision.sh
	[ "$status" -eq 0 ]
	[ "$output" = ':: packages ok' ]
	[ "$(done_to_units)" = 'disable haproxy.service' ]
	[ ! -e "$enabled/haproxy.service" ]
	PATH=$limited on_machine proxy/1-provision.sh
	[ -z "$(done_to_units)" ]
}

@test "a HAProxy that was there serves whom it served" {
	debian
	systemd
	project
	mkdir -p "$machine/usr/lib/systemd/system"
	touch "$installed/haproxy" "$enabled/haproxy.service" "$machine/usr/lib/systemd/system/haproxy.service"
	on_machine proxy/1-provision.sh
	[ "$status" -eq 0 ]
	[ "$output" = ':: packages ok' ]
	[ -e "$enabled/haproxy.service" ]
	[ -z "$(done_to_units)" ]
}

@test "a change reloads the proxy, and nothing is done twice" {
	proxy 'global'
	[ "$status" -eq 0 ]
	[ "$(done_to_processes)" = 'start redis1:proxy' ]
	[ "$(stat -c %a "$root/etc/redis-proxy/haproxy.cfg")" = 600 ]
	proxy $'global\n    maxconn 10'
	[ "$(done_to_processes)" = 'signal HUP redis1:proxy' ]
	proxy $'global\n    maxconn 10'
	[ "$(steps | grep -c ' ok$')" -eq 2 ]
	[ -z "$(done_to_processes)" ]
	refute grep -q '^haproxy' "$calls"
}

@test "what HAProxy refuses is not installed, and the proxy goes on" {
	proxy 'global'
	proxy 'nonsense'
	[ "$status" -eq 2 ]
	[[ "$output" == *'unknown keyword'* ]]
	[ "$(cat "$root/etc/redis-proxy/haproxy.cfg")" = global ]
	[ -z "$(done_to_processes)" ]
	[ -z "$(ls "$root/var/lib/redis-ha/due")" ]
}
