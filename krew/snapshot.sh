#!/usr/bin/env bash
# Build a release of the last commit without publishing it: krew/snapshot.sh
# DIST fills DIST with the archives, SBOMs, checksums and krew manifests. A
# clone is built, as goreleaser wants a clean tree with a remote. GORELEASER may
# name the program, which is built from its module otherwise.
set -euo pipefail

dist=$(realpath -m "${1:?usage: krew/snapshot.sh DIST}")
clone=$(mktemp -d)
trap 'rm -rf "$clone"' EXIT
git clone -q . "$clone"
git -C "$clone" remote set-url origin https://github.com/thrashkit/thrashkit.git
cd "$clone"
${GORELEASER:-go run github.com/goreleaser/goreleaser/v2@v2.16.0} release --snapshot --clean --skip=sign
tag=$(basename dist/kubectl-rsmap_*_linux_amd64.tar.gz _linux_amd64.tar.gz)
krew/render.sh "${tag#kubectl-rsmap_}" dist
rm -rf "$dist"
mv dist "$dist"
