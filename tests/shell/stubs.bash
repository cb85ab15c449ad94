# What all files of tests share: commands replaced by stubs, and helpers. `load stubs`, never run.

# stubbed - a folder of stubs before all else on the PATH; the calls of stubs land in $calls
stubbed() {
	stubs=$BATS_TEST_TMPDIR/bin
	calls=$BATS_TEST_TMPDIR/calls
	mkdir -p "$stubs"
	touch "$calls"
	PATH=$stubs:$PATH
}

# stub NAME BODY - a command that notes its call, then runs BODY
stub() {
	printf '#!/bin/bash\necho "%s $*" >>"%s"\n%s\n' "$1" "$calls" "$2" >"$stubs/$1"
	chmod +x "$stubs/$1"
}

# refute COMMAND... - since "! command" in the middle of a test fails nothing
refute() {
	if "$@"; then return 1; fi
}

# program NAME - a process whose executable has that name; its pid lands in $stranger
program() {
	cp "$(command -v sleep)" "$BATS_TEST_TMPDIR/$1"
	"$BATS_TEST_TMPDIR/$1" 60 3>&- &
	stranger=$!
	until [[ $(readlink "/proc/$stranger/exe") == *"/$1" ]]; do sleep 0.01; done
}
