#!/usr/bin/env bash
# Render the krew manifests of a release: krew/render.sh TAG DIST writes
# DIST/krew/PLUGIN.yaml from krew/PLUGIN.yaml and DIST/checksums.txt. The
# templates are those of krew-release-bot, which renders the same on GitHub.
set -euo pipefail

tag=${1:?usage: krew/render.sh TAG DIST}
dist=${2:?usage: krew/render.sh TAG DIST}
mkdir -p "$dist/krew"
for template in "$(dirname "$0")"/*.yaml; do
  awk -v tag="$tag" -v checksums="$dist/checksums.txt" '
    BEGIN { while ((getline line < checksums) > 0) { split(line, field, /[ *]+/); sum[field[2]] = field[1] } }
    { gsub(/\{\{ *\.TagName *\}\}/, tag) }
    /\{\{ *addURIAndSha / {
      uri = $0; sub(/^[^"]*"/, "", uri); sub(/".*$/, "", uri)
      file = uri; sub(/^.*\//, "", file)
      if (!(file in sum)) { print "error: no checksum of " file > "/dev/stderr"; exit 1 }
      print "      uri: " uri; print "      sha256: " sum[file]; next
    }
    { print }' "$template" >"$dist/krew/$(basename "$template")"
done
