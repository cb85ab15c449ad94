#!/usr/bin/env bash
# Lock the requirements anew: hashes, no index address. Needs uv (`pip install uv`).
# usage: requirements/lock.sh [--upgrade]
set -euo pipefail

main() {
	cd "$(dirname "${BASH_SOURCE[0]}")"
	local flags=(--quiet --universal --python-version 3.11 --generate-hashes
		--no-emit-index-url --no-annotate --no-header)
	uv pip compile "${flags[@]}" "$@" run.in --output-file run.txt
	uv pip compile "${flags[@]}" "$@" --constraints run.txt server.in --output-file server.txt
	uv pip compile "${flags[@]}" "$@" --constraints run.txt lint.in --output-file lint.txt
	uv pip compile "${flags[@]}" "$@" --constraints run.txt browser.in --output-file browser.txt
}

main "$@"
