# shellcheck shell=bash disable=SC2154
# Configuring and building. An interrupted build is resumed by Ninja.

# LibTorch files take about 2 GB each while they compile; fewer at a time where memory is short.
build_jobs() {
    local cores memory_gb
    cores=$(nproc)
    memory_gb=$(awk '/^MemAvailable/ { print int($2 / 2097152) }' /proc/meminfo)
    [ "$memory_gb" -ge 1 ] || memory_gb=1
    echo $((cores < memory_gb ? cores : memory_gb))
}

# g++ from 12 on; Ubuntu 22.04 has it in addition to g++ 11.
choose_compiler() {
    [ -z "${CXX:-}" ] || return 0
    [ "$(g++ -dumpversion 2>/dev/null | cut -d. -f1)" -ge 12 ] 2>/dev/null && return 0
    if command -v g++-12 >/dev/null; then export CXX=g++-12; fi
}

cached() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt" 2>/dev/null; }

requested_torch() { if [ -n "${GOETIA_TORCH_DIR:-}" ]; then readlink -f "$GOETIA_TORCH_DIR"; fi; }

is_configured() {
    [ -e "$build/build.ninja" ] || return 1
    [ -z "$(requested_torch)" ] || [ "$(requested_torch)" = "$(cached GOETIA_TORCH_DIR)" ]
}

configure() {  # preset, options
    local options=("${@:2}")
    choose_compiler
    [ -z "$(requested_torch)" ] || options+=("-DGOETIA_TORCH_DIR=$(requested_torch)")
    cd "$root" && cmake --preset "$1" "${options[@]}"
}

compile() {  # preset, targets
    local folder=$root/build/$1
    : >"$folder/.begun"
    ninja -C "$folder" -j "$(build_jobs)" "${@:2}"
}

# Sources that change while it builds are newer than the stamp, so the next call builds again.
stamp() { cp -p "$build/.begun" "$1"; }

readonly kBuildRemedy="if a compiler was killed, memory ran out: close other programs and call again; otherwise the lines above name the file"

configure_missing() { is_configured || echo "configure build/$GOETIA_PRESET with CMake"; }
configure_about() { echo "~10 s"; }
configure_run() { run_step configure "configuring" "remove build/$GOETIA_PRESET and call again" configure "$GOETIA_PRESET"; }

programs_missing() { is_fresh || echo "build goetia and goetia-runtime into build/$GOETIA_PRESET/bin ($(build_jobs) at a time)"; }
programs_about() { if [ -e "$build/.built" ]; then echo "~2 min"; else echo "~8 min"; fi; }
programs_run() {
    run_step programs "building goetia" "$kBuildRemedy" compile "$GOETIA_PRESET" programs
    stamp "$build/.built"
}

configure_tests_missing() {
    is_configured && [ "$(cached GOETIA_TESTS)" = ON ] || echo "configure build/$GOETIA_PRESET with its tests"
}
configure_tests_about() { echo "~10 s"; }
configure_tests_run() {
    run_step configure_tests "configuring with tests" "remove build/$GOETIA_PRESET and call again" configure "$GOETIA_PRESET" -DGOETIA_TESTS=ON
}

tests_missing() {
    is_fresh && [ -e "$build/.built_tests" ] && [ -z "$(newer_than "$build/.built_tests")" ] ||
        echo "build goetia and its tests into build/$GOETIA_PRESET"
}
tests_about() { if [ -e "$build/.built_tests" ]; then echo "~2 min"; else echo "~12 min"; fi; }
tests_run() {
    run_step tests "building goetia and its tests" "$kBuildRemedy" compile "$GOETIA_PRESET" all
    stamp "$build/.built"
    stamp "$build/.built_tests"
}

# The rooms without LibTorch under the sanitizers: part of the long tests only, so only Ninja decides what is out of date.
sanitized() { { [ -e "$root/build/$1/build.ninja" ] || configure "$1"; } && compile "$1" all; }
asan_missing() { echo "the rooms without LibTorch with address and undefined-behaviour checks, into build/asan"; }
asan_about() { echo "~10 min"; }
asan_run() { run_step asan "building with address and undefined-behaviour checks" "$kBuildRemedy" sanitized asan; }
tsan_missing() { echo "the rooms without LibTorch with thread checks, into build/tsan"; }
tsan_about() { echo "~10 min"; }
tsan_run() { run_step tsan "building with thread checks" "$kBuildRemedy" sanitized tsan; }
