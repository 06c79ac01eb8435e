#include "master/tasks/known_runtime.h"

#include "package/own_runtime_build.h"
#include "run/component_catalogue.h"

namespace goetia {
namespace {

// The machine's own paths are in the error, and are not for callers.
Error no_runtime(const Error& error, const KnownRuntime::Log& log) {
    if (log) log("the runtime beside this master cannot be read: " + to_string(error));
    return make_error(Code::kWrongState,
                      "this master has no runtime beside it, so it makes no tasks of configurations; pack them with "
                      "'goetia task submit --config FILE'");
}

}  // namespace

Result<std::shared_ptr<const ComponentCatalogue>> KnownRuntime::catalogue() {
    const std::scoped_lock lock(mutex_);
    if (catalogue_) return catalogue_;
    Result<ComponentCatalogue> read = load_catalogue();
    if (!read) return no_runtime(read.error(), log_);
    catalogue_ = std::make_shared<const ComponentCatalogue>(std::move(*read));
    return catalogue_;
}

Result<RuntimeBuild> KnownRuntime::build() {
    const std::scoped_lock lock(mutex_);
    if (build_) return *build_;
    Result<RuntimeBuild> read = own_runtime_build();
    if (!read) return no_runtime(read.error(), log_);
    build_ = std::move(*read);
    return *build_;
}

}  // namespace goetia
