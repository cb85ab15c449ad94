#!/bin/sh
# Makes the image trust the certificates of a bundle: trust-ca.sh BUNDLE
# Without a bundle nothing happens.
set -eu

bundle=$1
system=/etc/ssl/certs/ca-certificates.crt
[ -s "$bundle" ] || exit 0

# One file for each certificate that Debian does not ship: update-ca-certificates links no more
# than the first of a file, and the host's bundle repeats Debian's hundreds.
awk -v folder=/usr/local/share/ca-certificates '
	/-----BEGIN CERTIFICATE-----/ { body = "" }
	{ body = body $0 "\n" }
	/-----END CERTIFICATE-----/ {
		if (FILENAME == ARGV[1]) { known[body] = 1 }
		else if (!known[body]++) { print body > sprintf("%s/host-%03d.crt", folder, ++count) }
	}' "$system" "$bundle"
update-ca-certificates

# apt and curl read the system's bundle by themselves; pip and node carry their own.
printf '[global]\ncert = %s\n' "$system" >/etc/pip.conf
printf 'PIP_CERT=%s\nREQUESTS_CA_BUNDLE=%s\nNODE_EXTRA_CA_CERTS=%s\n' "$system" "$system" "$system" >>/etc/environment
mkdir -p /etc/systemd/system.conf.d
printf '[Manager]\nDefaultEnvironment=REQUESTS_CA_BUNDLE=%s NODE_EXTRA_CA_CERTS=%s\n' "$system" "$system" \
	>/etc/systemd/system.conf.d/10-host-ca.conf
