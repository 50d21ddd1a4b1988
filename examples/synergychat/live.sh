#!/usr/bin/env bash
# The tour on a fresh local Kubernetes, through kubectl: ./live.sh LAB_BINARY
set -euo pipefail
lab=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
mkdir "$work/bin"
ln -s "$lab-kubectl" "$work/bin/kubectl"
export PATH=$work/bin:$here/../../bin:$PATH KUBECONFIG=$work/lab/kubeconfig

"$lab" up --dir "$work/lab" --images "$here/images.yaml"
trap '"$lab" down --dir "$work/lab"; rm -rf "$work"' EXIT

say() { printf '\n\n# %s\n$ %s\n\n' "$1" "${*:2}"; "${@:2}"; }

say 'Deploy synergychat.' kubectl apply -f "$here/synergychat.yaml"
kubectl rollout status deployment/synergychat-web --timeout=60s
say 'All is well.' kubectl rsmap
say 'Nothing thrashes.' kubectl thrash -n default
say 'Roll out 1.6.0, which panics after two seconds.' kubectl set image deployment/synergychat-web synergychat-web=synergychat-web:1.6.0
sleep 25
say 'What is the rollout doing?' kubectl rsmap synergychat-web
say 'When does it start next, and why does it crash?' kubectl thrash -n default
say 'What do the fields mean, and who set them?' kubectl explainfields deployment/synergychat-web --path spec
