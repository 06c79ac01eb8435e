#include "master/packages/own_bundle.h"

#include <algorithm>

#include <fmt/ranges.h>

#include "base/files.h"
#include "base/json.h"
#include "package/archive_manifest.h"
#include "package/runtime_bundle.h"
#include "protocol/names.h"
#include "protocol/runtime_build.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

std::string named_libtorch(const RuntimeBuild& build) { return build.libtorch + (build.cuda.empty() ? "" : "+cuda"); }

// The same build, but for what only its programs tell.
bool is_same_build(RuntimeBuild one, RuntimeBuild other) {
    one.glibc = other.glibc = "";
    return one == other;
}

}  // namespace

OwnBundle::OwnBundle(ObjectStore& objects, OwnBundleOptions options) : objects_(objects), options_(std::move(options)) {
    std::error_code code;
    if (fs::exists(options_.programs / "goetia-runtime", code)) {
        if (auto build = runtime_build_in(share_beside(options_.programs))) installed_ = *std::move(build);
    }
    load();
}

void OwnBundle::stop() {
    stop_.request_stop();
    if (thread_.joinable()) thread_.join();
}

// What an earlier start packed, so that attempts that wait for it find it. One of another build stays until there is a
// new one.
void OwnBundle::load() {
    const auto name = read_file(options_.data / "bundles" / "newest");
    if (!name || !is_sha256(*name) || !objects_.contains(*name)) return;
    const fs::path file = options_.data / "bundles" / (*name + ".tar.zst");
    const auto json = archive_manifest(file);
    const auto manifest = json ? bundle_manifest_from(*json) : Result<BundleManifest>(json.error());
    std::error_code code;
    const auto bytes = static_cast<std::int64_t>(fs::file_size(file, code));
    if (!manifest || code) return;
    bundle_ = WantedObject{.sha256 = *name, .bytes = bytes};
    build_ = manifest->runtime;
    if (!installed_ || is_same_build(build_, *installed_)) packing_ = Packing::kDone;
}

void OwnBundle::begin_packing() {
    if (!installed_ || packing_ != Packing::kNotBegun) return;
    packing_ = Packing::kUnderWay;
    thread_ = std::thread([this] {
        const Status packed = pack();
        {
            const std::scoped_lock lock(mutex_);
            packing_ = packed ? Packing::kDone : Packing::kFailed;
            if (!packed) fault_ = packed.error().message;
        }
        if (stop_.stop_requested()) return;
        if (options_.log)
            options_.log(packed ? "the runtime of this installation is packed for nodes that have none"
                                : "the runtime of this installation cannot be packed for nodes: " + fault_);
        if (packed && options_.on_ready) options_.on_ready();
    });
}

Status OwnBundle::pack() {
    const fs::path folder = options_.data / "bundles";
    // Half of the cores: the master has other things to do.
    const int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / 2);
    GOETIA_ASSIGN(const RuntimeBundle made,
                  make_bundle(bundle_source(options_.programs), folder, {.threads = threads, .stop = stop_}));
    GOETIA_TRY(objects_.adopt(made.file, made.sha256));
    GOETIA_TRY(write_file_atomic(folder / "newest", made.sha256));
    const std::scoped_lock lock(mutex_);
    bundle_ = WantedObject{.sha256 = made.sha256, .bytes = made.bytes};
    build_ = made.manifest.runtime;
    return {};
}

std::vector<std::string> OwnBundle::brings(const NodeFacts& facts) {
    const std::scoped_lock lock(mutex_);
    const bool is_known = !facts.glibc.empty() && !facts.processor.empty();  // every agent says both
    if (!is_known || (!installed_ && !bundle_)) return {};
    const RuntimeBuild& build = bundle_ ? build_ : *installed_;
    const RuntimeBuild& newest = installed_ ? *installed_ : build_;
    if (has_libtorch(facts.libtorch, newest.libtorch)) return {};
    if (!can_run(needs_of(newest, false, true), facts)) return {};
    begin_packing();
    if (!bundle_ || !can_run(needs_of(build, false, true), facts)) return {};
    return {named_libtorch(build)};
}

std::optional<WantedObject> OwnBundle::runtime_for(const std::string& libtorch,
                                                   const std::vector<std::string>& own) const {
    const std::scoped_lock lock(mutex_);
    if (libtorch.empty() || !bundle_ || has_libtorch(own, libtorch)) return std::nullopt;
    return has_libtorch({named_libtorch(build_)}, libtorch) ? bundle_ : std::nullopt;
}

std::string OwnBundle::obstacle(const std::string& libtorch, const NodeFacts& facts) const {
    const std::scoped_lock lock(mutex_);
    if (libtorch.empty() || has_libtorch(facts.libtorch, libtorch)) return "";
    if (!installed_) return "this master has no runtime that it could send to it";
    if (!has_libtorch({named_libtorch(*installed_)}, libtorch))
        return fmt::format("the runtime that this master could send to it has LibTorch {}", installed_->libtorch);
    const RuntimeNeeds needs = needs_of(bundle_ ? build_ : *installed_, false, true);
    if (!can_run(needs, facts)) return fmt::format("{}", fmt::join(what_it_lacks(needs, facts), "; "));
    if (packing_ == Packing::kFailed) return "the master's runtime cannot be packed: " + fault_;
    return packing_ == Packing::kUnderWay ? "the master packs its runtime for it" : "";
}

bool OwnBundle::is_it(const std::string& sha256) const {
    const std::scoped_lock lock(mutex_);
    return bundle_ && bundle_->sha256 == sha256;
}

}  // namespace goetia
