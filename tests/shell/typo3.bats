#!/usr/bin/env bats
# shellcheck disable=SC2154  # variables of the helpers and of bats
# provision/typo3/ on a folder node whose Composer, PHP and TYPO3 are stubs.

load stubs
load nodes

setup() {
	a_node
	said=$BATS_TEST_TMPDIR/said
	console=$root/usr/local/lib/redis-ha/typo3
	site=$root/srv/site
	kept=$root/var/lib/redis-ha/site
	listed /etc/redis-ha/typo3/redis-password secret nothing -
	echo 0123 >"$payload/digest"
	echo 13.4 >"$payload/version"
	echo '{"name": "redis-ha/site"}' >"$payload/composer.json"
	echo 'rootPageId: 1' >"$payload/config.yaml"
	echo 'an-Admin-passw0rd' >"$payload/password"
	echo '{"admin": "an-Admin-passw0rd"}' >"$payload/accounts.json"
	stub composer 'echo "composer $*" >>"'"$said"'"; mkdir -p "'"$site"'/vendor"'
	stub php 'cat "'"$BATS_TEST_TMPDIR"'/state"'
	echo none >"$BATS_TEST_TMPDIR/state"
	mkdir -p "${console%/*}" "$site/vendor"
	cat >"$console" <<-END
		#!/usr/bin/env bash
		echo "typo3 \$*" >>"$said"
		case \$1 in
		setup) echo done >"$BATS_TEST_TMPDIR/state" ;;
		site:content) grep -q an-Admin && echo \${MADE:-1} ;;
		esac
		[ "\$1" != "\${FAILS-}" ]
	END
	chmod +x "$console"
	on_folder typo3/1-provision.sh
}

configure() {
	on_folder typo3/2-configure.sh --payload "$payload" --process scheduler=redis-site-scheduler.timer "$@"
}

# result STEP - of the last run
result() { steps | sed -n "s/^:: $1 //p"; }

@test "a site is set up once; the second run finds nothing to do" {
	configure
	[ "$status" -eq 0 ]
	for step in packages setup config.yaml schema content scheduler; do [ "$(result "$step")" = changed ]; done
	[ "$(cat "$kept/version")" = 13.4 ]
	[ ! -e "$kept/closed" ]
	export MADE=0
	configure
	[ "$status" -eq 0 ]
	[ "$(steps | grep -vc ' ok$')" -eq 0 ]
}

@test "no password is on a command line, and nothing is forced" {
	configure
	grep -q 'typo3 setup' "$said"
	[ "$(grep -c -e passw0rd -e --force "$said")" -eq 0 ]
	[ "$(stat -c %a "$kept/accounts")" = 600 ]
}

@test "a set-up that broke off begins anew" {
	echo half >"$BATS_TEST_TMPDIR/state"
	mkdir -p "$site/config/system" "$site/var/sqlite"
	touch "$site/config/system/settings.php" "$site/var/sqlite/of-before"
	configure
	[ "$status" -eq 0 ]
	[ "$(result half-set-up)" = changed ]
	[ ! -e "$site/var/sqlite/of-before" ]
	grep -q 'typo3 setup' "$said"
}

@test "pages without settings, and somebody else's project, are left alone" {
	echo strange >"$BATS_TEST_TMPDIR/state"
	configure
	[ "$status" -eq 2 ]
	[[ $output == *'pages without settings or account'* ]]
	echo '{"name": "their/site"}' >"$site/composer.json"
	configure
	[ "$status" -eq 2 ]
	[[ $output == *'holds another site'* ]]
	[ "$(cat "$site/composer.json")" = '{"name": "their/site"}' ]
}

@test "packages that cannot be chosen leave a site as it was; others are put in while it is closed" {
	configure
	echo 4567 >"$payload/digest"
	echo 'new' >"$files/files/etc/redis-ha/typo3/redis-password"
	stub composer 'echo "In Solver line 1:"; echo "  no way"; echo; echo "update [--prefer]"; exit 2'
	configure
	[ "$status" -eq 2 ]
	[[ $output == *'no way'* ]]
	[[ $output != *'--prefer'* ]]
	[ ! -e "$kept/closed" ]
	[ "$(cat "$root/etc/redis-ha/typo3/redis-password")" != new ]
	stub composer 'mkdir -p "'"$site"'/vendor"; ls "'"$kept"'" >"'"$said"'"'
	configure
	[ "$status" -eq 0 ]
	grep -qx closed "$said"
	[ ! -e "$kept/closed" ]
	[ "$(cat "$kept/digest")" = 4567 ]
}

@test "what broke off is done again, and the site stays closed until then" {
	configure
	echo 4567 >"$payload/digest"
	FAILS=upgrade:run configure
	[ "$status" -eq 2 ]
	[ -e "$kept/closed" ]
	[ "$(cat "$kept/digest")" = 0123 ]
	configure
	[ "$status" -eq 0 ]
	[ "$(result schema)" = changed ]
	[ ! -e "$kept/closed" ]
}

@test "a check says what is due and runs neither Composer nor a set-up" {
	configure --check
	[ "$status" -eq 0 ]
	[ "$(result packages)" = due ]
	[ "$(result setup)" = due ]
	[ ! -e "$said" ]
}

@test "what a killed Composer left half written is in nobody's way" {
	configure
	echo 4567 >"$payload/digest"
	touch "$kept/closed"
	mkdir -p "$site/vendor/composer"
	echo '[{' >"$site/vendor/composer/installed.json"
	printf '{\n    "packages": [\n        {}' >"$site/composer.lock"
	stub composer '[ ! -e "'"$site"'/composer.lock" ] && [ ! -e "'"$site"'/vendor/composer" ] && mkdir -p "'"$site"'/vendor"'
	configure
	[ "$status" -eq 0 ]
	[ "$(cat "$kept/digest")" = 4567 ]
}

@test "a site that is open keeps its packages and their lock until others are chosen" {
	configure
	echo 4567 >"$payload/digest"
	touch "$site/vendor/of-before"
	printf '{\n    "packages": []\n}\n' >"$site/composer.lock"
	stub composer 'exit 2'
	configure
	[ "$status" -eq 2 ]
	[ -e "$site/vendor/of-before" ]
	[ -e "$site/composer.lock" ]
}
