#!/usr/bin/env bash
# One check of a pipeline, chosen by CHECK: manifests (FILES, TARGET), rollout
# (WORKLOAD, NAMESPACE, TIMEOUT) or fleet (CONTEXTS). It exits with 1 if the check
# fails. On GitHub, manifests are annotated in the pull request, and the summary
# of the job gets the report.
set -uo pipefail

summary=${GITHUB_STEP_SUMMARY:-/dev/null}
namespace=()
[ -z "${NAMESPACE:-}" ] || namespace=(-n "$NAMESPACE")

manifests() {
  local args=(--fail-on unknown,invalid,missing,deprecated) file
  for file in ${FILES:?which manifests?}; do args+=(-f "$file"); done
  [ -z "${TARGET:-}" ] || args+=(--target "$TARGET" --fail-on target)
  local format=(--summary)
  [ -z "${GITHUB_ACTIONS:-}" ] || format=(-o github)
  kubectl explainfields "${args[@]}" "${format[@]}"
}

# What failed is the last thing that a job prints: the verdict and the log line.
rollout() {
  local workload
  read -ra workload <<<"${WORKLOAD:?which workload?}"
  kubectl rsmap "${workload[@]}" "${namespace[@]}" --until complete --timeout "${TIMEOUT:-10m}" && return
  kubectl thrash "${workload[@]}" "${namespace[@]}" -o markdown >>"$summary"
  kubectl thrash "${workload[@]}" "${namespace[@]}"
  kubectl thrash "${workload[@]}" "${namespace[@]}" -o jsonpath='{range .items[*]}{.pod}{": "}{.cause.category}{": "}{.cause.summary}{"\n"}{end}'
  return 1
}

fleet() {
  local contexts=(--all-contexts)
  [ -z "${CONTEXTS:-}" ] || contexts=(--contexts "$CONTEXTS")
  kubectl thrash "${contexts[@]}" -A -o markdown >>"$summary"
  kubectl thrash "${contexts[@]}" -A --fail-on thrashing,blocked,failed,unreachable
}

case ${CHECK:-} in
  manifests | rollout | fleet) "$CHECK" || exit 1 ;;
  *) echo "CHECK: use manifests, rollout or fleet" >&2; exit 2 ;;
esac
