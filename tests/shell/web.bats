#!/usr/bin/env bats
# shellcheck disable=SC1090,SC1091,SC2016,SC2030,SC2031,SC2034,SC2154,SC2329  # stubs, sourced code, a shell per test
# provision/web/ on a folder node; what of it only machines have, by its functions.

load stubs
load nodes
load packages

setup() {
	a_node
	listed /etc/redis-ha/web/children.conf 'pm.max_children = 8' reload php
	echo '<h1>ours</h1>' >"$payload/index.html"
}

configure() {
	on_folder web/2-configure.sh --payload "$payload" --process php=redis-web-php.service \
		--reload php=USR2 "$@"
}

@test "the first run serves a page of ours, the second finds nothing to do" {
	configure
	[ "$status" -eq 0 ]
	[ "$(steps)" = ":: children.conf changed
:: page changed
:: php changed" ]
	[ "$(cat "$root/srv/site/public/index.html")" = '<h1>ours</h1>' ]
	[ "$(cat "$root/etc/redis-ha/web/children.conf")" = 'pm.max_children = 8' ]
	configure
	[ "$(steps)" = ":: children.conf ok
:: page ok
:: php ok" ]
}

@test "a site of one's own stays, also one without an index" {
	mkdir -p "$root/srv/site/public"
	echo theirs >"$root/srv/site/public/start.php"
	configure
	[ "$status" -eq 0 ]
	[ "$(ls "$root/srv/site/public")" = start.php ]
}

@test "another number of children reloads PHP by its own signal" {
	stub supervisorctl '
		case "$3 ${*: -1}" in
		status*) echo "redis1:php RUNNING pid 1" ;;
		esac'
	configure
	listed /etc/redis-ha/web/children.conf 'pm.max_children = 3' reload php
	configure
	[[ $output == *":: children.conf changed"*":: php changed"* ]]
	[ "$(done_to_processes | tail -n 1)" = 'signal USR2 redis1:php' ]
	listed /etc/redis-ha/web/children.conf 'pm.max_children = 4' reload php
	configure --check
	[[ $output == *":: children.conf due"*":: php due"* ]]
	[ "$(cat "$root/etc/redis-ha/web/children.conf")" = 'pm.max_children = 3' ]
}

@test "services that a package brings stay idle; somebody else's are left alone" {
	debian
	stub apt-get '
		for name; do [[ $name != nginx-light && $name != php-fpm ]] || touch "'"$installed"'/$name"; done
		mkdir -p '"$machine"'/usr/lib/systemd/system
		touch '"$machine"'/usr/lib/systemd/system/{nginx,php8.2-fpm,php8.4-fpm}.service'
	packages
	. "$project/common/role.sh"
	mkdir -p "$machine/usr/lib/systemd/system"
	touch "$machine/usr/lib/systemd/system/nginx.service"
	stub systemctl :
	run install_idle "nginx.service php*-fpm.service" nginx-light php-fpm
	[ "$status" -eq 0 ]
	[ "$output" = ':: packages changed' ]
	[ "$(done_to_units)" = $'disable php8.2-fpm.service\ndisable php8.4-fpm.service' ]
	: >"$calls"
	run install_idle "nginx.service php*-fpm.service" nginx-light php-fpm
	[ "$output" = ':: packages ok' ]
	[ "$(done_to_units)" = '' ]
}

@test "a run that broke off is gone on with: what it brought is disabled by the next" {
	debian
	packages
	. "$project/common/role.sh"
	mkdir -p "$machine/usr/lib/systemd/system"
	touch "$machine/usr/lib/systemd/system/nginx.service" "$installed/nginx-light"
	remember idle-nginx.service "nginx.service "
	stub systemctl :
	run install_idle nginx.service nginx-light
	[ "$output" = ':: packages ok' ]
	[ "$(done_to_units)" = 'disable nginx.service' ]
	[ -z "$(noted idle-nginx.service)" ]
}
