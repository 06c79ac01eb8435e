#include "package/own_runtime_build.h"

#include "launch/programs.h"
#include "protocol/runtime_build.h"

namespace goetia {

Result<RuntimeBuild> own_runtime_build() {
    GOETIA_ASSIGN(const std::filesystem::path runtime, find_runtime());
    return runtime_build_in(share_beside(runtime.parent_path()));
}

}  // namespace goetia
