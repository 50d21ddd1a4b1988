#!/usr/bin/env bash
# build.sh MINOR OUT builds the lab with the Kubernetes of a minor version, 1.37 or 1.34, at OUT, and its kubectl at OUT-kubectl.
# The first build takes some minutes of two cores, a later one some seconds.
set -euo pipefail

minor=${1:?usage: build.sh MINOR OUT}
out=$(realpath -m "${2:?usage: build.sh MINOR OUT}")
cd "$(dirname "$0")"

mod=go.mod
if [[ $minor != 1.37 ]]; then
  mod=go-$minor.mod
  [[ -f $mod ]] || { echo "error: no $mod: the lab is built for 1.37 and 1.34" >&2; exit 2; }
fi
version=$(go list -modfile="$mod" -m -f '{{.Version}}' k8s.io/kubernetes)
stamp=k8s.io/component-base/version
build() {
  CGO_ENABLED=0 go build -modfile="$mod" -o "$1" -ldflags "-s -w
    -X $stamp.gitVersion=$version -X $stamp.gitMajor=1 -X $stamp.gitMinor=${minor#1.}" "$2"
}
build "$out" .
build "$out-kubectl" ./kubectl
