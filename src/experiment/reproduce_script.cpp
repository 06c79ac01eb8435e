#include "experiment/reproduce_script.h"

#include <cerrno>
#include <sys/stat.h>

#include "base/files.h"

namespace goetia {

std::string shell_quoted(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'') quoted += R"('\'')";
        else quoted.push_back(c);
    }
    return quoted + "'";
}

std::string reproduce_script(const ReproduceInfo& info) {
    std::string exports;
    if (info.visible_devices)
        exports += fmt::format("export CUDA_VISIBLE_DEVICES={}\n", shell_quoted(*info.visible_devices));
    exports += fmt::format("export PYTHONHASHSEED={}\n", info.seed);
    return fmt::format(R"script(#!/bin/bash
# Reproduce script for {id}
# Generated at {time}
#
#   ./reproduce.sh                       runs it again and reports whether the result is the same
#   ./reproduce.sh train [OVERRIDE...]   trains again with this config and seed, as a new experiment
#   ./reproduce.sh resume                resumes from checkpoints/last.pth

set -euo pipefail
here="$(cd -- "$(dirname -- "${{BASH_SOURCE[0]}}")" && pwd)"

{exports}
# GOETIA names another program than the one that ran it.
goetia="${{GOETIA:-}}"
if [ -z "$goetia" ]; then goetia="$(command -v goetia || true)"; fi
if [ -z "$goetia" ]; then goetia={program}; fi
if ! command -v -- "$goetia" > /dev/null; then
    echo "reproduce.sh: no goetia program; put it on the PATH, or set its path: GOETIA=/path/to/goetia $0" >&2
    exit 127
fi

case "$goetia" in
    */*) goetia="$(cd -- "$(dirname -- "$goetia")" && pwd)/$(basename -- "$goetia")" ;;
esac

# Relative data paths in the config count from the folder that the run was started in.
started_in={folder}
go_there() {{ if [ -d "$started_in" ]; then cd -- "$started_in"; fi; }}

case "${{1:-reproduce}}" in
    reproduce)
        if [ "$#" -gt 0 ]; then shift; fi
        exec "$goetia" reproduce "$here" "$@" ;;
    train)
        shift
        go_there
        exec "$goetia" train --config "$here/config.yaml" experiment.seed={seed} "$@" ;;
    resume)
        shift
        go_there
        exec "$goetia" train --config "$here/config.yaml" --resume "$here/checkpoints/last.pth" "$@" ;;
    *)
        echo "reproduce.sh: unknown word '$1'; allowed: reproduce, train, resume" >&2
        exit 2 ;;
esac
)script",
                       fmt::arg("id", info.id), fmt::arg("time", readable_local_time(info.time)),
                       fmt::arg("exports", exports),
                       fmt::arg("program", shell_quoted(info.program.empty() ? "goetia" : info.program.native())),
                       fmt::arg("folder", shell_quoted(info.working_folder.native())), fmt::arg("seed", info.seed));
}

Status write_reproduce_script(const std::filesystem::path& path, const ReproduceInfo& info) {
    GOETIA_TRY(write_file_atomic(path, reproduce_script(info)));
    if (::chmod(path.c_str(), 0755) != 0) return os_error("make executable", path.native(), errno);
    return {};
}

}  // namespace goetia
