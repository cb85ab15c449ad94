# shellcheck shell=bash disable=SC1091,SC2016,SC2034,SC2154  # stubs; variables of the other helpers and of bats
# Stubs of both families' package managers, and what provision/common/packages.sh does with them.
# `load packages` after nodes, never run.

# packages - the functions, for the machine of the test
packages() {
	set -euo pipefail
	project
	. "$project/common/lib.sh"
	. "$project/common/packages.sh"
	LISTS=$BATS_TEST_TMPDIR/lists
	JOURNAL=$BATS_TEST_TMPDIR/updates
}

# debian - dpkg and apt that keep in a folder what is installed
debian() {
	stub dpkg-query 'for name; do [[ ! -e '"$installed"'/$name ]] || echo "installed $name"; done'
	stub apt-get '
		[[ $* == *" install "* ]] || exit 0
		policy='"$policy"'
		[[ ! -x $policy ]] || { "$policy"; echo "policy $?" >>'"$calls"'; }
		for name; do [[ $name == redis-* || $name == haproxy ]] && touch "'"$installed"'/$name"; done
		exit 0'
}

# newer_debian - a Debian whose lists have 2.0 of everything; $installed/NAME holds `WANT STATUS VERSION`
newer_debian() {
	stub dpkg-query '
		for name; do
			[[ -e '"$installed"'/$name ]] || continue
			read -r want status version <'"$installed"'/$name
			case $* in *Want*) echo "$want $status" ;; *) echo "$name $version $status" ;; esac
			found=1
		done
		[[ ${found-} ]]'
	stub apt-get '
		policy='"$policy"'
		case "$*" in
		*" update") exit 0 ;;
		"-s "*)
			for name; do
				[[ -e '"$installed"'/$name ]] || continue
				read -r want status version <'"$installed"'/$name
				[[ $version = 2.0 ]] || echo "Inst $name [$version] (2.0 Debian:13/stable [amd64])"
				[[ "$version $status" = "2.0 installed" ]] || echo "Conf $name (2.0 Debian:13/stable [amd64])"
			done ;;
		*" install "*)
			[[ ! -x $policy ]] || { "$policy"; echo "policy $?" >>'"$calls"'; }
			for name; do [[ ! -e '"$installed"'/$name ]] || echo "install installed 2.0" >'"$installed"'/$name; done ;;
		esac'
	echo 'install installed 1.0' >"$installed/redis-server"
	echo 'install installed 1.0' >"$installed/redis-tools"
}

# newer_enterprise - an Enterprise Linux with a newer redis; $installed/redis holds its version
newer_enterprise() {
	echo 1.0-1 >"$installed/redis"
	stub rpm '
		[[ -e '"$installed"'/${*: -1} ]] || exit 1
		case $* in *NAME*) echo "${*: -1} $(cat '"$installed"'/${*: -1})" ;; *query*) cat '"$installed"'/${*: -1} ;; esac'
	stub dnf '
		case "$*" in
		*check-update*)
			[[ $(cat '"$installed"'/redis) != 2.0-1.el9 ]] || exit 0
			printf "\nredis.x86_64     1:2.0-1.el9    appstream\nredis-doc.noarch 9-9 appstream\n"
			exit 100 ;;
		*upgrade*) echo 2.0-1.el9 >'"$installed"'/redis ;;
		esac'
	only dnf rpm
	ln -sf "$(command -v awk)" "$limited"
}
