# shellcheck shell=bash disable=SC2154
# The launcher's output: everything goes to standard error, so that a command's own output stays clean.

say() { printf '%s\n' "$*" >&2; }

# fail CODE SENTENCE [LINE...]
fail() {
    local code=$1
    shift
    printf 'goetia: %s\n' "$1" >&2
    shift
    [ $# = 0 ] || printf '%s\n' "$@" >&2
    exit "$code"
}

plan_shown=no
plan_line() {  # step, what is missing, about how long
    [ "$plan_shown" = yes ] || say "goetia: these steps come first"
    plan_shown=yes
    printf '  %-16s %-10s %s\n' "${1//_/ }" "$3" "$2" >&2
}

duration() { if [ "$1" -lt 60 ]; then echo "$1 s"; else printf '%d min %02d s\n' $(($1 / 60)) $(($1 % 60)); fi; }

# Progress of a running step: one moving line on a terminal, elsewhere a plain line every half minute.
watch_step() {  # title, log
    local title=$1 log=$2 count rest tick=30
    [ -t 2 ] && tick=1
    SECONDS=0
    while sleep "$tick" >/dev/null 2>&1; do
        count=$(tail -c 4096 "$log" 2>/dev/null | grep -aoE '^\[[0-9]+/[0-9]+\]' | tail -1 | tr -d '[]') || true
        rest=
        if [ -n "$count" ] && [ "${count%/*}" -gt 8 ]; then
            rest=", about $(duration $(((${count#*/} - ${count%/*}) * SECONDS / ${count%/*}))) left"
        fi
        if [ -t 2 ]; then
            printf '\r\033[K%s: %s%s' "$title" "${count:+$count, }" "$(duration $SECONDS)$rest" >&2
        else
            say "$title: ${count:+$count, }$(duration $SECONDS)$rest"
        fi
    done
}

# run_step NAME TITLE REMEDY COMMAND...: the command's output goes to a log, whose end is shown when it fails. The
# command runs in the foreground, so Ctrl-C reaches it; the next call resumes from there.
run_step() {
    local name=$1 title=$2 remedy=$3 log=$root/.goetia/logs/$1.log watcher code begun
    shift 3
    : >"$log"
    say "$title"
    begun=$(date +%s)
    watch_step "$title" "$log" </dev/null 9>&- &
    watcher=$!
    # shellcheck disable=SC2064
    trap "kill $watcher 2>/dev/null" EXIT
    trap 'say; say "goetia: interrupted; call it again to resume"; exit 130' INT
    set +e
    (set -e; "$@") </dev/null >>"$log" 2>&1 9>&-
    code=$?
    set -e
    kill "$watcher" 2>/dev/null || true
    wait "$watcher" 2>/dev/null || true
    trap - EXIT INT
    [ ! -t 2 ] || printf '\r\033[K' >&2
    if [ "$code" != 0 ]; then
        tail -n 25 "$log" | sed 's/^/  | /' >&2
        fail "$kFailed" "step '$name' failed (exit code $code); the full output is in .goetia/logs/$name.log" "$remedy"
    fi
    say "$title: done in $(duration $(($(date +%s) - begun)))"
}
