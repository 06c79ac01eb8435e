# shellcheck shell=bash disable=SC2154
# Installs, builds and tests for ./goetia. Sourced, with $root and $build set.
#
# A goal is a list of steps in order. A step NAME is three functions: NAME_missing prints what must be done
# (nothing: the step is done), NAME_about how long it takes, NAME_run does it. Each can be interrupted and called again.

# shellcheck source=setup/talk.sh
. "$root/setup/talk.sh"
# shellcheck source=setup/packages.sh
. "$root/setup/packages.sh"
# shellcheck source=setup/python.sh
. "$root/setup/python.sh"
# shellcheck source=setup/build.sh
. "$root/setup/build.sh"
# shellcheck source=setup/page.sh
. "$root/setup/page.sh"

readonly kFailed=1 kUsage=2 kUnavailable=6 kProblemsFound=8
readonly kUseSteps=(packages torch configure programs)
readonly kPageSteps=(node page_modules page)
readonly kTestSteps=(packages test_packages torch oracles configure_tests tests "${kPageSteps[@]}")
readonly kSanitizerSteps=(asan tsan)

goetia_launch() {
    local word dry=no
    for word in "$@"; do [ "$word" != --dry-run ] || dry=yes; done
    case ${1:-} in
        test) shift; launch_test "$dry" "$@" ;;
        setup | --dry-run) prepare "$dry" "${kUseSteps[@]}" "${kPageSteps[@]}" ;;
        doctor) doctor_before_building "$@" ;;
        *)
            local steps=("${kUseSteps[@]}")
            case ${1:-} in up | demo | master) steps+=("${kPageSteps[@]}") ;; esac
            prepare "$dry" "${steps[@]}"
            [ "$dry" = yes ] || exec "$build/bin/goetia" "$@"
            ;;
    esac
}

launch_test() {
    local dry=$1 steps=("${kTestSteps[@]}") word
    shift
    for word in "$@"; do
        case $word in
            --slow) steps+=("${kSanitizerSteps[@]}") ;;
            --quick | --dry-run) ;;
            -*) fail "$kUsage" "unknown option '$word' of test; allowed: --quick, --slow, --dry-run, or names to select by" ;;
        esac
    done
    prepare "$dry" "${steps[@]}"
    [ "$dry" = yes ] || exec "$root/.goetia/oracles/bin/python" "$root/tests/run.py" --build "$build" "$@"
}

# Lists every step that is not done, then runs them in order.
prepare() {
    local dry=$1 step what todo=()
    shift
    mkdir -p "$root/.goetia/logs"
    if [ "$dry" = no ]; then
        exec 9>"$root/.goetia/setup.lock"
        flock -n 9 || { say "waiting for another './goetia' that is setting up this checkout"; flock 9; }
    fi
    for step in "$@"; do
        what=$("${step}_missing") || exit $?
        [ -z "$what" ] && continue
        todo+=("$step")
        plan_line "$step" "$what" "$("${step}_about")"
    done
    if [ ${#todo[@]} = 0 ]; then
        [ "$dry" = no ] || say "nothing is missing; everything is built"
    elif [ "$dry" = yes ]; then
        say "(--dry-run: nothing was installed or built)"
    else
        refuse_if_offline "${todo[@]}"
        for step in "${todo[@]}"; do "${step}_run"; done
    fi
    [ "$dry" = yes ] || exec 9>&-
}

# With GOETIA_OFFLINE=1 the steps that would fetch are named, all at once, and none is started.
refuse_if_offline() {
    [ "${GOETIA_OFFLINE:-0}" = 1 ] || return 0
    local step missing=()
    for step in "$@"; do
        case $step in packages | test_packages | torch | oracles | node | page_modules) missing+=("  $("${step}_missing")") ;; esac
    done
    [ ${#missing[@]} = 0 ] && return 0
    fail "$kUnavailable" "GOETIA_OFFLINE=1 forbids fetching, and this is missing:" "${missing[@]}" \
        "install it by hand (GOETIA_TORCH_DIR names a LibTorch you have), or unset GOETIA_OFFLINE"
}

# Before anything is built, the findings are the steps to do; this must not install anything.
doctor_before_building() {
    local word step what list=
    for step in "${kUseSteps[@]}"; do
        what=$("${step}_missing")
        [ -z "$what" ] || list+="${list:+, }{\"name\": \"$step\", \"ok\": false, \"found\": \"$what\", \"disables\": \"everything\", \"remedy\": \"run './goetia setup'\", \"needed\": true}"
    done
    prepare yes "${kUseSteps[@]}"
    for word in "$@"; do [ "$word" != --json ] || printf '{"ok": false, "findings": [%s]}\n' "$list"; done
    exit "$kProblemsFound"
}
