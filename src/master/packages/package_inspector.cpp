#include "master/packages/package_inspector.h"

#include <algorithm>

#include <fmt/ranges.h>

#include "base/files.h"
#include "base/json.h"
#include "package/archive_manifest.h"
#include "package/task_package.h"

namespace goetia {
namespace {

constexpr std::size_t kSeenPackages = 200;
constexpr std::int64_t kLargestArchive = kLargestPackage + (1 << 20);  // with its manifest, however badly compressed

// What the request says and what the package says, compared.
class Agreement {
  public:
    // Nothing said, or nothing known: the other one's.
    void same(const char* path, std::string& said, const std::string& known) {
        if (said.empty()) said = known;
        if (known.empty() || said == known) return;
        differs(path, said, known);
    }

    void differs(std::string path, std::string said, std::string known) {
        faults_.push_back({.path = std::move(path),
                           .message = "is not as the package has it",
                           .found = std::move(said),
                           .allowed = std::move(known)});
    }

    [[nodiscard]] Status end() && {
        if (faults_.empty()) return {};
        return Error{Code::kInvalid, "what is said of the task is not what its package holds", std::move(faults_)};
    }

  private:
    std::vector<Fault> faults_;
};

std::vector<std::string> names_of(const std::vector<WantedData>& data) {
    std::vector<std::string> names;
    for (const WantedData& one : data) names.push_back(one.name);
    std::ranges::sort(names);
    return names;
}

void agree_on_data(const PackageManifest& package, std::vector<WantedData>& said, Agreement& agreement) {
    const std::vector<WantedData> known = wanted_data(package);
    if (said.empty()) said = known;
    if (names_of(said) != names_of(known))
        return agreement.differs("data", fmt::format("{}", fmt::join(names_of(said), ", ")),
                                 fmt::format("{}", fmt::join(names_of(known), ", ")));
    for (std::size_t i = 0; i < said.size(); ++i) {
        const auto its = std::ranges::find(known, said[i].name, &WantedData::name);
        agreement.same(fmt::format("data[{}].certificate", i).c_str(), said[i].certificate, its->certificate);
    }
}

Error in_package(Error error, const char* path) {
    if (error.faults.empty()) error.faults.push_back({.path = path, .message = error.message});
    return error;
}

}  // namespace

Status agree_with_package(const PackageManifest& package, const std::optional<RuntimeBuild>& bundle,
                          TaskRequest& request) {
    Agreement agreement;
    TaskNeeds& said = request.task.needs;
    RuntimeBuild build = package.runtime;
    if (bundle) {
        agreement.same("runtime", build.libtorch, bundle->libtorch);
        agreement.same("runtime", build.abi, bundle->abi);
        build = *bundle;
    }
    const RuntimeNeeds needs = needs_of(build, said.gpus > 0, bundle.has_value());
    agreement.same("libtorch", said.libtorch, needs.libtorch);
    agreement.same("cuda", said.cuda, needs.cuda);
    agreement.same("driver", said.driver, needs.driver);
    agreement.same("glibc", said.glibc, needs.glibc);
    agreement.same("processor", said.processor, needs.processor);
    if (said.gpus > 0 && said.gpu_memory == 0) said.gpu_memory = package.gpu_memory;
    if (said.gpus > 0 && said.gpu_memory < package.gpu_memory)
        agreement.differs("gpu_memory", std::to_string(said.gpu_memory), fmt::format("{} or more", package.gpu_memory));
    agree_on_data(package, request.wanted.data, agreement);
    return std::move(agreement).end();
}

void PackageInspector::inspect(TaskRequest request, OnResult<TaskRequest> done) {
    if (request.wanted.package.sha256.empty()) return done(std::move(request));
    const auto shared = std::make_shared<TaskRequest>(std::move(request));
    const bool taken = threads_.submit([this, shared, done] { done(inspected(std::move(*shared))); });
    if (!taken) done(make_error(Code::kUnavailable, "the master stops, or too much waits; try again later"));
}

Result<TaskRequest> PackageInspector::inspected(TaskRequest request) {
    auto manifest = manifest_of(request.wanted.package);
    if (!manifest) return in_package(std::move(manifest).error(), "package");
    auto bundle = build_of(request.wanted.runtime);
    if (!bundle) return in_package(std::move(bundle).error(), "runtime");
    request.wanted.package.bytes = bytes_of_object(request.wanted.package);
    request.wanted.runtime.bytes = bytes_of_object(request.wanted.runtime);
    GOETIA_TRY(agree_with_package(*manifest, *bundle, request));
    return request;
}

// By which an agent sees how far a fetch is: as it is, whatever the request says.
std::int64_t PackageInspector::bytes_of_object(const WantedObject& object) const {
    if (object.sha256.empty()) return object.bytes;
    std::error_code code;
    const auto bytes = std::filesystem::file_size(objects_.path(object.sha256), code);
    return code ? object.bytes : static_cast<std::int64_t>(bytes);
}

Result<PackageManifest> PackageInspector::manifest_of(const WantedObject& package) {
    {
        const std::scoped_lock lock(mutex_);
        if (const auto seen = seen_.find(package.sha256); seen != seen_.end()) return seen->second;
    }
    std::error_code code;
    const std::filesystem::path file = objects_.path(package.sha256);
    const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(file, code));
    if (code) return not_found("the package is not there any more");
    if (bytes > kLargestArchive)
        return invalid("the task's package has {} bytes; at most {} are allowed", bytes, kLargestArchive);
    GOETIA_ASSIGN(const std::string archive, read_file(file));
    GOETIA_ASSIGN(PackageManifest manifest, read_package(archive));
    const std::scoped_lock lock(mutex_);
    if (seen_.size() >= kSeenPackages) seen_.clear();
    return seen_.emplace(package.sha256, std::move(manifest)).first->second;
}

Result<std::optional<RuntimeBuild>> PackageInspector::build_of(const WantedObject& bundle) const {
    if (bundle.sha256.empty()) return std::optional<RuntimeBuild>();
    auto json = archive_manifest(objects_.path(bundle.sha256));
    auto manifest = json ? bundle_manifest_from(*json) : Result<BundleManifest>(json.error());
    if (!manifest) return invalid("this is not a runtime bundle; 'goetia bundle make' makes one");
    return std::optional(manifest->runtime);
}

}  // namespace goetia
