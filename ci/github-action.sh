#!/usr/bin/env bash
# The step of action.yml: annotates the pull request, writes SARIF, and hands its exit code on.
# Reads INPUT_PATHS, INPUT_ARGS, INPUT_SINCE and INPUT_SARIF; one path or argument a line.
set -uo pipefail

read_lines() { local line; while IFS= read -r line; do [ -n "$line" ] && printf '%s\0' "$line"; done; }

mapfile -d '' paths < <(printf '%s\n' "${INPUT_PATHS:-.}" | read_lines)
mapfile -d '' args < <(printf '%s\n' "${INPUT_ARGS:-}" | read_lines)
[ -n "${INPUT_SINCE:-}" ] && args+=("--since=$INPUT_SINCE")

results=$(mktemp)
slopscan scan "${args[@]}" --output-format json --output-file "$results" -- "${paths[@]}"
code=$?
if [ -s "$results" ]; then
  slopscan report "$results" --output-format github
  # GitHub opens an alert for a result that is marked as suppressed as for any other.
  slopscan report "$results" --output-format sarif --no-suppressed \
    --output-file "${INPUT_SARIF:-slopscan.sarif}"
fi
rm -f "$results"
[ -n "${GITHUB_OUTPUT:-}" ] && echo "exit-code=$code" >> "$GITHUB_OUTPUT"
exit 0
