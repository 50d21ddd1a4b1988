#!/usr/bin/env bash
# Build the release in DIST once more, in another folder, time zone and umask,
# and compare all that is published: krew/reproduce.sh DIST. The last commit
# must be the one that DIST is of.
set -euo pipefail

dist=$(realpath "${1:?usage: krew/reproduce.sh DIST}")
again=$(mktemp -d)
trap 'rm -rf "$again"' EXIT
(umask 077 && TZ=Asia/Kathmandu "$(dirname "$0")/snapshot.sh" "$again/dist")
published() { (cd "$1" && find . -name 'kubectl-*' -type f -o -name checksums.txt -o -path './krew/*.yaml' | LC_ALL=C sort | xargs sha256sum); }
diff <(published "$dist") <(published "$again/dist")
echo "reproduced: $(published "$dist" | wc -l) files are the same"
