#!/usr/bin/env bash
# matrix.sh LAB OUT [MINUTES] lets containers end in many ways on nodes of different maxima, and records for
# `score windows` what their kubelets do. LAB is a binary of the lab, OUT the recording to write (.jsonl.gz).
# It takes as long as its argument says (60 minutes), little of the processor, and root.
set -euo pipefail

lab=$(realpath "${1:?usage: matrix.sh LAB OUT [MINUTES]}")
out=$(realpath -m "${2:?usage: matrix.sh LAB OUT [MINUTES]}")
minutes=${3:-60}
here=$(dirname "$(realpath "$0")")
dir=$(mktemp -d /tmp/matrix-XXXX)
score=$(mktemp /tmp/score-XXXX)
go build -o "$score" "$here"
export KUBECONFIG=$dir/kubeconfig
k() { "$lab" kubectl "$@"; }
after() { # MINUTES of an hour, scaled
  local left=$((began + $1 * minutes - $(date +%s)))
  sleep $((left > 0 ? left : 0))
}

images=$(mktemp)
echo '{"slow:1": [pull-time=6s, run=5s, exit=1], "edit:1": [run=2s, exit=1], "edit:2": [run=2s, exit=1], "late:1": [pull=not-found]}' >"$images"
"$lab" up --dir "$dir" --nodes 4 --max-restart-period 0 --images "$images"
trap '"$lab" down --dir "$dir"; rm -f "$images" "$score"' EXIT

# Node 1 has the kubelet's own figures.
gate=
[[ $(k version -o json) == *'"gitVersion": "v1.34'* ]] && gate="KubeletCrashLoopBackOffMax: true"
configure() { # NODE YAML
  printf '%s\n' "$2" >>"$dir/n$1/kubelet.yaml"
  "$lab" kill --dir "$dir" "kubelet-lab-node-$1"
  "$lab" start --dir "$dir" "kubelet-lab-node-$1"
}
configure 2 "crashLoopBackOff: {maxContainerRestartPeriod: 60s}
featureGates: {$gate}"
configure 3 "crashLoopBackOff: {maxContainerRestartPeriod: 2s}
featureGates: {$gate}"
configure 4 "featureGates: {ReduceDefaultCrashLoopBackOffDecay: true}"
label() { k label node "lab-node-$1" "matrix=$2" >/dev/null; }
label 1 300s; label 2 60s; label 3 2s; label 4 reduced
sleep 15

"$score" record -o "$out" &
recorder=$!
sleep 3

# pod NODE NAME SPEC puts a pod on a node; the kind of its life is in its name.
pod() {
  printf '%s\n' "---" "{apiVersion: v1, kind: Pod, metadata: {name: $2-$1, namespace: default}, spec: {nodeName: lab-node-$1, terminationGracePeriodSeconds: 1, $3}}"
}
one() { echo "containers: [{name: main, image: app:1, command: [fake, $1]${2:+, $2}}]"; } # WORDS [MORE]
short() { # NODE: lives that make many restarts
  pod "$1" lives-0s "$(one exit=1)"
  pod "$1" lives-1s "$(one 'run=1s, exit=1')"
  pod "$1" lives-20s "$(one 'run=20s, exit=1')"
  pod "$1" clean "$(one 'run=3s, exit=0')"
  pod "$1" oom "$(one 'run=8s, exit=137, reason=OOMKilled')"
  pod "$1" start-error "$(one 'start-error=no such file')"
  pod "$1" init "initContainers: [{name: setup, image: app:1, command: [fake, run=2s, exit=1]}], $(one 'run=1h')"
  pod "$1" sidecar "initContainers: [{name: proxy, image: app:1, restartPolicy: Always, command: [fake, run=6s, exit=1]}], $(one 'run=2h')"
  pod "$1" two "containers: [{name: a, image: app:1, command: [fake, run=7s, exit=1]}, {name: b, image: app:1, command: [fake, run=33s, exit=2]}]"
  pod "$1" startup-kill "$(one 'listen=80, http=503' 'startupProbe: {httpGet: {port: 80, path: /}, periodSeconds: 5, failureThreshold: 4}')"
  pod "$1" live-kill "$(one 'listen=80, "http=200,503@10s"' 'livenessProbe: {httpGet: {port: 80, path: /}, periodSeconds: 10}')"
  pod "$1" live-crash "$(one 'run=25s, exit=1, listen=80' 'livenessProbe: {httpGet: {port: 80, path: /}, periodSeconds: 10}')"
}
long() { # NODE: the rest
  pod "$1" lives-45s "$(one 'run=45s, exit=1')"
  pod "$1" lives-310s "$(one 'run=310s, exit=1')"
  pod "$1" lives-450s "$(one 'run=450s, exit=1')"
  pod "$1" lives-660s "$(one 'run=660s, exit=1')"
  pod "$1" live-66s "$(one 'listen=80, "http=200,503@40s"' 'livenessProbe: {httpGet: {port: 80, path: /}, periodSeconds: 10}')"
  pod "$1" live-300s "$(one 'listen=80, "http=200,503@280s"' 'livenessProbe: {httpGet: {port: 80, path: /}, periodSeconds: 10}')"
  pod "$1" live-stubborn "$(one 'stop=never, "exec=ok,fail@5s"' 'livenessProbe: {exec: {command: ["true"]}, periodSeconds: 5, failureThreshold: 1}')"
  pod "$1" on-failure "restartPolicy: OnFailure, $(one 'run=5s, exit=3')"
  pod "$1" slow-pull "containers: [{name: main, image: slow:1, imagePullPolicy: Always}]"
  pod "$1" beside "containers: [{name: main, image: app:1, command: [fake, run=12s, exit=1]}, {name: well, image: app:1, command: [fake, listen=80], readinessProbe: {httpGet: {port: 80, path: /}, periodSeconds: 5}}]"
  pod "$1" growing "$(one '"script=1s/1,5s/1,15s/1,40s/1,100s/1,200s/1"')"
  pod "$1" varies "$(one '"script=30s/1,2s/1,50s/1,4s/1,70s/1,1s/1,20s/1,90s/1,3s/1"')"
  pod "$1" post-start "$(one 'exec=fail' 'lifecycle: {postStart: {exec: {command: ["true"]}}}')"
  pod "$1" edit "containers: [{name: main, image: edit:1}]"
}
if [[ -z $gate ]]; then
  rules() { pod "$1" rule "restartPolicy: Never, $(one 'run=4s, exit=42' 'restartPolicy: Never, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]')"; }
else
  rules() { :; }
fi
began=$(date +%s)
(for n in 1 2 3 4; do short $n; long $n; done; rules 1; pod 1 late-image "containers: [{name: main, image: late:1}]") | k apply -f - >/dev/null

after 12 # those in a hurry have been seen enough
k delete pods --wait=false $(short 3 | grep -o 'name: [a-z0-9-]*-3,' | tr -d ',' | cut -d' ' -f2) >/dev/null
after 15
for n in 1 2 3 4; do k set image "pod/edit-$n" main=edit:2 >/dev/null; done
after 24
for n in 3 4; do "$lab" kill --dir "$dir" "kubelet-lab-node-$n"; sleep 3; "$lab" start --dir "$dir" "kubelet-lab-node-$n"; done
k delete pods --wait=false lives-0s-4 lives-1s-4 clean-4 start-error-4 init-4 on-failure-3 slow-pull-3 growing-3 varies-3 post-start-3 live-stubborn-3 edit-3 beside-3 >/dev/null
after 35
for n in 1 2; do "$lab" kill --dir "$dir" "kubelet-lab-node-$n"; sleep 20; "$lab" start --dir "$dir" "kubelet-lab-node-$n"; done
after 60
kill $recorder
wait $recorder
