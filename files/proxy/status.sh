#!/usr/bin/env bash
# What the proxy of this node believes: its status page as CSV, without a program that a node may lack.
# usage: proxy-status.sh ADDRESS PORT
set -euo pipefail

main() {
	exec 3<>"/dev/tcp/$1/$2"
	printf 'GET /;csv HTTP/1.0\r\n\r\n' >&3
	# HAProxy 2.6 sends pieces, each after its length, though HTTP/1.0 has none. Only HTTP ends lines with \r\n.
	awk 'BEGIN { RS = "\r\n"; ORS = "" }
		is_body && (!in_pieces || ++n % 2 == 0)
		tolower($0) ~ /^transfer-encoding: *chunked/ { in_pieces = 1 }
		$0 == "" { is_body = 1 }' <&3
}

main "$@"
