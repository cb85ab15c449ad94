#!/usr/bin/env bash
# Packages on the two families of distributions. Sourced, never run; needs lib.sh.

# What apt touches whenever it fetches a list
LISTS=/var/lib/apt/lists/partial
# Where dpkg keeps what it has begun
JOURNAL=/var/lib/dpkg/updates

# package_family - apt or dnf
package_family() {
	if have apt-get; then
		echo apt
	elif have dnf; then
		echo dnf
	else
		die "neither apt-get nor dnf here: this distribution is not supported"
	fi
}

# install_packages NAME... - reports the step `packages`
install_packages() {
	local family there missing=()
	family=$(package_family)
	there=$("${family}_installed" "$@")
	for name in "$@"; do
		[[ $'\n'$there$'\n' == *$'\n'$name$'\n'* ]] || missing+=("$name")
	done
	if [ ${#missing[@]} -eq 0 ]; then
		report packages ok
		return
	fi
	due packages || return 0
	"${family}_install" "${missing[@]}"
	report packages changed
}

# install_idle UNITS NAME... - like install_packages; services that this brings are never started by
# themselves: UNITS are patterns of their units, with spaces between. Needs role.sh.
install_idle() {
	local note=idle-${1%% *} idle
	idle=$(noted "$note") # of a run that broke off
	[ -n "$idle" ] || idle=$(unknown_units "$1")
	if [ -z "$CHECK" ] && [ -n "$idle" ]; then remember "$note" "$idle"; fi
	install_packages "${@:2}"
	if [ -n "$CHECK" ] || [ -z "$idle" ]; then return 0; fi
	disable_units "$idle"
	forget "$note"
}

# unknown_units PATTERNS - those that no unit here goes by
unknown_units() {
	local pattern
	set -f
	for pattern in $1; do
		[ -n "$(units_like "$pattern")" ] || printf '%s ' "$pattern"
	done
	set +f
}

# disable_units PATTERNS
disable_units() {
	local pattern unit
	set -f
	for pattern in $1; do
		for unit in $(units_like "$pattern"); do quietly systemctl disable "$unit"; done
	done
	set +f
}

# units_like PATTERN - the names of the units that packages brought
units_like() {
	find /usr/lib/systemd/system /lib/systemd/system -maxdepth 1 -name "$1" -printf '%f\n' 2>/dev/null |
		sort -u
}

# newer_packages NAME... - prints `NAME FROM TO` for each package that an upgrade would change;
# fetches the package lists
newer_packages() {
	local family names
	family=$(package_family)
	names=$(known "$family" "$@")
	# shellcheck disable=SC2086  # words
	[ -z "$names" ] || "${family}_newer" $names
}

# upgrade_packages NAME... - to what newer_packages said; reports the step `packages`
upgrade_packages() {
	local family names before
	family=$(package_family)
	names=$(known "$family" "$@")
	# shellcheck disable=SC2086  # words
	if [ -n "$names" ]; then
		before=$("${family}_versions" $names)
		"${family}_upgrade" $names
		[ "$before" = "$("${family}_versions" $names)" ] || {
			report packages changed
			return
		}
	fi
	report packages ok
}

# known FAMILY NAME... - those that are installed, be it by halves, and may be changed
known() {
	local family=$1
	shift
	for name in "$@"; do
		if "${family}_knows" "$name"; then echo "$name"; fi
	done
}

# apt_installed NAME... - prints those that are
apt_installed() {
	local status name
	while read -r status name; do
		[ "$status" != installed ] || echo "$name"
	done < <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null)
}

# dnf_installed NAME... - prints those that are, and sentences about others
dnf_installed() {
	rpm -q --queryformat '%{NAME}\n' "$@" || true
}

# Lists of less than an hour ago are taken as they are: reading them anew takes as long as installing.
# Where that does not do, they are fetched after all.
apt_install() {
	local install=(apt-get -qq -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@")
	export DEBIAN_FRONTEND=noninteractive
	apt_resume
	if lists_are_fresh && without_starting silently "${install[@]}"; then return; fi
	quietly apt-get -qq -o DPkg::Lock::Timeout=120 update
	without_starting quietly "${install[@]}"
}

# apt_resume - an installation that was broken off, as by a loss of power, keeps apt from everything
# until dpkg has gone on with it
apt_resume() {
	compgen -G "$JOURNAL/[0-9]*" >/dev/null || return 0
	without_starting quietly dpkg --force-confdef --force-confold --configure -a
}

lists_are_fresh() {
	[ -n "$(find "$LISTS" -maxdepth 0 -mmin -60 2>/dev/null)" ]
}

silently() {
	"$@" >/dev/null 2>&1 </dev/null
}

# Held packages are left alone; an upgrade that broke off is gone on with.
apt_knows() {
	case $(dpkg-query -W -f '${db:Status-Want} ${db:Status-Status}' "$1" 2>/dev/null) in
	'' | hold\ * | *\ not-installed | *\ config-files) return 1 ;;
	esac
}

apt_versions() {
	dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\n' "$@"
}

# A list that cannot be fetched is an error: "nothing newer" would not be known.
apt_newer() {
	quietly apt-get -qq -o DPkg::Lock::Timeout=120 -o APT::Update::Error-Mode=any update
	LC_ALL=C apt-get -s --only-upgrade --no-install-recommends --no-remove install "$@" | awk '
		# Inst NAME [FROM] (TO …, or without FROM for a new one; Conf NAME (TO … to go on with
		$1 == "Inst" { named[$2] = 1 }
		$1 == "Inst" || ($1 == "Conf" && !($2 in named)) {
			from = $3 ~ /^\[/ ? $3 : ($1 == "Inst" ? "new" : "unfinished")
			to = $3 ~ /^\[/ ? $4 : $3
			gsub(/[][()]/, "", from)
			gsub(/[][()]/, "", to)
			print $2, from, to
		}'
}

# What the administrator of this node put into a configuration file stays.
apt_upgrade() {
	export DEBIAN_FRONTEND=noninteractive
	apt_resume
	without_starting quietly apt-get -qq -o DPkg::Lock::Timeout=120 \
		-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
		--only-upgrade --no-install-recommends --no-remove install "$@"
}

dnf_knows() {
	rpm --quiet -q "$1"
}

dnf_versions() {
	rpm -q --queryformat '%{NAME} %{VERSION}-%{RELEASE}\n' "$@"
}

# dnf says by status 100 that there is something
dnf_newer() {
	local lines status=0
	lines=$(dnf -q --refresh check-update "$@" 2>&1) || status=$?
	case $status in
	0) return ;;
	100) ;;
	*)
		printf '%s\n' "$lines" | tail -n 15 >&2
		die "failed: dnf check-update $*"
		;;
	esac
	for name in "$@"; do
		awk -v name="$name" -v from="$(rpm -q --queryformat '%{VERSION}-%{RELEASE}' "$name")" '
			$1 ~ "^" name "[.][^.]+$" { sub(/^[0-9]+:/, "", $2); print name, from, $2; exit }
		' <<<"$lines"
	done
}

dnf_upgrade() {
	quietly dnf -q -y upgrade "$@"
}

dnf_install() {
	quietly dnf -q -y install "$@"
}

# without_starting COMMAND... - Debian starts services on installation; ours are configured first.
# Somebody else's policy stays; one that a run of this was killed with goes as well.
without_starting() {
	local policy=/usr/sbin/policy-rc.d status=0
	if [ -e "$policy" ] && ! grep -q '^# redis-ha' "$policy"; then
		"$@"
		return
	fi
	printf '#!/bin/sh\n# redis-ha\nexit 101\n' >"$policy"
	chmod 755 "$policy"
	trap 'rm -f /usr/sbin/policy-rc.d' EXIT
	"$@" || status=$?
	rm -f "$policy"
	trap - EXIT
	return "$status"
}
