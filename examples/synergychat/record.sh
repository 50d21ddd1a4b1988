#!/usr/bin/env bash
# Records the cluster in recording/ anew: ./record.sh LAB_BINARY   (about 12 minutes)
# A lab plays three good releases of web, a rollback, then two broken releases.
set -euo pipefail
lab=$(realpath "$1")
cd "$(dirname "$0")"
dir=$(mktemp -d)/lab
export KUBECONFIG=$dir/kubeconfig

"$lab" up --dir "$dir" --max-restart-period 0 --require-kubelet --images images.yaml
trap '"$lab" down --dir "$dir"' EXIT
kubectl() { "$lab-kubectl" "$@"; }
release() { # DEPLOYMENT IMAGE REASON
  kubectl set image "deployment/$1" "$1=$2"
  kubectl annotate --overwrite "deployment/$1" "kubernetes.io/change-cause=$3"
}

kubectl apply -f synergychat.yaml
kubectl rollout status deployment/synergychat-web
sleep 30
release synergychat-web synergychat-web:1.4.1 'fix the title'
kubectl rollout status deployment/synergychat-web
sleep 40
release synergychat-web synergychat-web:1.5.0 'dark mode'
kubectl rollout status deployment/synergychat-web
sleep 40
kubectl rollout undo deployment/synergychat-web
kubectl rollout status deployment/synergychat-web
sleep 60
release synergychat-crawler synergychat-crawler:0.9.3 'keep the index in memory'
sleep 20
release synergychat-web synergychat-web:1.6.0 'remember sessions'
sleep 400

rm -rf recording
go run ../../test/bundle/record -kubectl "$lab-kubectl" -out recording default
