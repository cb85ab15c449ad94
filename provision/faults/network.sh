#!/usr/bin/env bash
# Cut a node off from others, in nftables of its own, and undo that.
# usage: network.sh arm [--seconds N]
#        network.sh cut --others ADDRESS,… [--direction in|out|both] [--ports PORT,…] [--percent N]
#        network.sh heal
#   arm            have the node undo the cut by itself after N seconds (180), should nobody come back
#   --others A,…   the nodes that it is cut off from; everybody else still reaches it
#   --direction D  what is dropped: what comes in from them, what goes out to them, or both
#   --ports P,…    only TCP from and to these ports
#   --percent N    only so many of a hundred packets
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/lib.sh"

TABLE=redis_ha_drill
TIMER=redis-ha-drill-network
SECONDS_LEFT=180
OTHERS=
DIRECTION=both
PORTS=
PERCENT=100

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--seconds) SECONDS_LEFT=${2:?} ;;
		--others) OTHERS=${2:?} ;;
		--direction) DIRECTION=${2:?} ;;
		--ports) PORTS=${2:?} ;;
		--percent) PERCENT=${2:?} ;;
		*) die "unknown option: $1" ;;
		esac
		shift 2
	done
}

require_nft() {
	have nft || die "needs nftables: install the package of that name"
}

# drops saddr|daddr - the rules of one direction
drops() {
	local match="ip $1 { $OTHERS }" chance=
	[ "$PERCENT" = 100 ] || chance="numgen random mod 100 < $PERCENT"
	if [ -z "$PORTS" ]; then
		echo "$match $chance drop"
		return
	fi
	echo "$match tcp sport { $PORTS } $chance drop"
	echo "$match tcp dport { $PORTS } $chance drop"
}

# chain HOOK saddr|daddr
chain() {
	echo "chain $1 {"
	echo "type filter hook $1 priority filter; policy accept;"
	drops "$2"
	echo "}"
}

# table - all of it: nft takes the text as one step, in place of what was there
table() {
	echo "table inet $TABLE"
	echo "delete table inet $TABLE"
	echo "table inet $TABLE {"
	case $DIRECTION in
	in) chain input saddr ;;
	out) chain output daddr ;;
	both) chain input saddr && chain output daddr ;;
	esac
	echo "}"
}

arm() {
	require_nft
	disarm
	quietly systemd-run --quiet --unit="$TIMER" --on-active="$SECONDS_LEFT" \
		--timer-property=AccuracySec=1s nft delete table inet "$TABLE"
}

disarm() {
	systemctl stop "$TIMER.timer" 2>/dev/null || true # there is none
	systemctl reset-failed "$TIMER.service" 2>/dev/null || true
}

cut() {
	require_nft
	[ -n "$OTHERS" ] || die "--others is needed"
	case $DIRECTION in
	in | out | both) ;;
	*) die "--direction is in, out or both" ;;
	esac
	table | nft -f - || die "nft refuses the table"
	struck
	report network changed
}

heal() {
	disarm
	if have nft && nft list table inet "$TABLE" >/dev/null 2>&1; then
		quietly nft delete table inet "$TABLE"
		report network changed
	else
		report network ok
	fi
}

main() {
	local word=${1-}
	[ $# -eq 0 ] || shift
	parse "$@"
	case $word in
	arm | cut | heal) "$word" ;;
	*) die "the first word is arm, cut or heal" ;;
	esac
}

main "$@"
