#!/usr/bin/env bash
# Runs the three plugins on a recorded cluster: ./demo.sh RECORDING
set -euo pipefail
recording=$1
export PATH=$PWD/bin:$PATH

show() { # QUESTION COMMAND...
  printf '\n\n# %s\n$ %s\n\n' "$1" "kubectl ${*:2}"
  "kubectl-$2" "${@:3}"
}

show 'What are the rollouts doing?'           rsmap -f "$recording"
show 'What blocks this one, and what changed?' rsmap synergychat-web -f "$recording"
show 'What keeps crashing, when does it start next, and why?' thrash -f "$recording"
show 'Why, in full?'                          thrash deployment/synergychat-web -f "$recording"
show 'What does each field of this manifest mean?' explainfields -f "$recording" deployment/synergychat-web --path spec
