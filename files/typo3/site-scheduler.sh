#!/usr/bin/env bash
# Runs what is due of the TYPO3 site's scheduler, once a minute: where there is no timer of systemd.
# usage: site-scheduler.sh CONSOLE
set -euo pipefail

EVERY_S=60

main() {
	while :; do
		"$1" scheduler:run || true # the next minute tries again
		sleep "$EVERY_S"
	done
}

main "$@"
