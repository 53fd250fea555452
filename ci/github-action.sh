#!/usr/bin/env bash
# The step of action.yml: annotates the pull request, writes SARIF, and hands its exit code on.
# Reads INPUT_PATHS, INPUT_ARGS, INPUT_SINCE and INPUT_SARIF; one path or argument a line.
# Runs in the bash 3.2 of macOS too: no mapfile, and an empty array counts as unset there.
set -uo pipefail

paths=()
while IFS= read -r line; do
  if [ -n "$line" ]; then paths+=("$line"); fi
done <<< "${INPUT_PATHS:-.}"
args=()
while IFS= read -r line; do
  if [ -n "$line" ]; then args+=("$line"); fi
done <<< "${INPUT_ARGS:-}"
if [ -n "${INPUT_SINCE:-}" ]; then args+=("--since=$INPUT_SINCE"); fi

results=$(mktemp)
slopscan scan ${args[@]+"${args[@]}"} --output-format json --output-file "$results" -- \
  ${paths[@]+"${paths[@]}"}
code=$?
if [ -s "$results" ]; then
  slopscan report "$results" --output-format github
  # GitHub opens an alert for a result that is marked as suppressed as for any other.
  slopscan report "$results" --output-format sarif --no-suppressed \
    --output-file "${INPUT_SARIF:-slopscan.sarif}"
fi
rm -f "$results"
if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "exit-code=$code" >> "$GITHUB_OUTPUT"; fi
exit 0
