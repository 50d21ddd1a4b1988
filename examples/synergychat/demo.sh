#!/usr/bin/env bash
# Asks the three questions of an incident of a recorded cluster: ./demo.sh RECORDING
set -euo pipefail
recording=$1
export PATH=$PWD/bin:$PATH

ask() { # QUESTION PLUGIN ARGUMENTS...
  printf '\n# %s\n$ kubectl %s\n\n' "$1" "${*:2}"
  "kubectl-$2" "${@:3}"
}

echo 'Somebody deployed synergychat a few minutes ago. Something is wrong.'
ask 'Where are the rollouts, and what blocks them?' rsmap -f "$recording"
ask 'Why does it crash, and when does it start next?' thrash -f "$recording"
ask 'What does this field mean, and who set it?' explainfields -f "$recording" deployment/synergychat-web --path spec.strategy
printf "\n# More: kubectl thrash deployment/synergychat-web in full, -o markdown, -o html, --help\n"
