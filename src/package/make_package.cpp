// make_package(): from a checked configuration to the archive.
#include <algorithm>

#include <fmt/ranges.h>

#include "archive/tar_writer.h"
#include "archive/zstd_sink.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_path.h"
#include "base/json_text.h"
#include "base/scratch_folder.h"
#include "component/plugin_files.h"
#include "config/experiment_schema.h"
#include "config/used_components.h"
#include "launch/rank_input.h"
#include "package/own_runtime_build.h"
#include "package/task_package.h"
#include "package/travelling_document.h"
#include "run/checked_config.h"
#include "run/world_size.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr int kPackageLevel = 9;
constexpr const char* kRankInputFile = "run.cbor";

std::string as_mebibytes(std::int64_t bytes) {
    return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
}

class PackageMaker {
  public:
    PackageMaker(const CheckedConfig& config, const PackageOptions& options) : config_(config), options_(options) {}

    Result<TaskPackage> run() {
        GOETIA_TRY(take_runtime());
        GOETIA_TRY(take_plugins());
        GOETIA_TRY(take_experiment());
        GOETIA_TRY(take_document());
        take_components();
        GOETIA_TRY(check_size());
        return packed();
    }

  private:
    Status take_runtime() {
        if (options_.runtime) {
            manifest_.runtime = *options_.runtime;
            return {};
        }
        GOETIA_ASSIGN(manifest_.runtime, own_runtime_build());
        return {};
    }

    // Sources with the headers they reach, as an experiment's folder keeps them.
    Status take_plugins() {
        if (config_.plugins.empty()) return {};
        GOETIA_ASSIGN(const ScratchFolder scratch, ScratchFolder::make("package"));
        GOETIA_ASSIGN(plugins_, copy_plugins({config_.plugins.begin(), config_.plugins.end()}, scratch.path()));
        for (const auto& entry : fs::recursive_directory_iterator(scratch.path())) {
            if (!entry.is_regular_file()) continue;
            GOETIA_ASSIGN(std::string bytes, read_file(entry.path()));
            add("experiment/" + entry.path().lexically_relative(scratch.path()).native(), std::move(bytes));
        }
        return {};
    }

    // As run/ makes it: references stay references, plug-ins are named as copies in the folder.
    Status take_experiment() {
        Json unresolved = config_.composed.unresolved;
        if (!plugins_.empty()) unresolved["components"] = plugins_;
        add("experiment/config.yaml", to_yaml(unresolved));
        add("experiment/overrides.yaml", to_yaml(Json(config_.composed.overrides)));
        return {};
    }

    Status take_document() {
        GOETIA_ASSIGN(const Json document, with_schema_defaults(config_.composed.document));
        Json marked = document;
        GOETIA_ASSIGN(TravellingParts travelling, mark_paths(marked, options_.working_folder, options_.paths));
        if (!plugins_.empty()) {
            marked["components"] = Json::array();
            for (const std::string& one : plugins_) marked["components"].push_back("@package/experiment/" + one);
        }
        if (!options_.environment_is_public) GOETIA_TRY(check_environment(marked));
        for (const TravellingFile& file : travelling.files) GOETIA_TRY(take_file(file));
        GOETIA_TRY(take_data(std::move(travelling.data)));
        GOETIA_ASSIGN(manifest_.world, world_size(document));
        manifest_.experiment = value_of_type_at<std::string>(document, "experiment.name", "");
        manifest_.gpu_memory = options_.gpu_memory;
        add(kRankInputFile,
            to_text({.document = std::move(marked), .from_environment = config_.composed.from_environment}));
        return {};
    }

    [[nodiscard]] Status check_environment(const Json& document) const {
        std::vector<Fault> faults = environment_texts(document, config_.composed.from_environment);
        if (faults.empty()) return {};
        add_places(faults, config_.composed.lines);
        Error error = invalid(
            "{} of the configuration {} from the environment, and a package is stored on disks of the "
            "master and of nodes; write {} into the configuration, or say that none is a secret",
            faults.size() == 1 ? "a text" : fmt::format("{} texts", faults.size()),
            faults.size() == 1 ? "comes" : "come", faults.size() == 1 ? "it" : "them");
        error.faults = std::move(faults);
        return error;
    }

    // A file that is far too large is not read.
    Status take_file(const TravellingFile& file) {
        std::error_code code;
        const auto bytes = static_cast<std::int64_t>(fs::file_size(file.source, code));
        if (code) return os_error("read", file.source.native(), code.value());
        if (bytes > kLargestPackage)
            return invalid(
                "'{}' ({}: {}) takes {}; a package may take {}. Put it into the data's folder, where nodes "
                "have it, or name it by an address",
                file.source.native(), "the document's", file.key, as_mebibytes(bytes), as_mebibytes(kLargestPackage));
        GOETIA_ASSIGN(std::string content, read_file(file.source));
        add(file.name, std::move(content));
        return {};
    }

    Status take_data(std::vector<PackagedData> data) {
        std::vector<std::string> names;
        for (PackagedData& one : data) {
            if (const auto known = options_.certificates.find(one.name); known != options_.certificates.end())
                one.certificates = known->second;
            names.push_back(one.name);
        }
        for (const auto& [name, certificates] : options_.certificates) {
            if (std::ranges::find(names, name) == names.end())
                return invalid("a certificate is given for data '{}', which the task does not read (allowed: {})", name,
                               fmt::join(names, ", "));
        }
        manifest_.data = std::move(data);
        return {};
    }

    void take_components() {
        for (const UsedComponent& used : used_components(config_.composed.document)) {
            ComponentVersion version{used.kind, used.name, "built-in", manifest_.runtime.goetia};
            for (const Json& known : config_.catalogue) {
                if (known.value("kind", "") != used.kind || known.value("name", "") != used.name) continue;
                if (const std::string origin = known.value("origin", "built-in"); origin != "built-in")
                    take_origin(origin, version);
            }
            manifest_.components.push_back(std::move(version));
        }
    }

    // The copy in the package of the plug-in that offers a component.
    void take_origin(const std::string& origin, ComponentVersion& version) {
        for (std::size_t i = 0; i < plugins_.size(); ++i) {
            if (fs::path(config_.plugins[i]).filename() != fs::path(origin).filename()) continue;
            version.origin = "experiment/" + plugins_[i];
            version.version = sha256_hex(contents_.at(version.origin));
        }
    }

    [[nodiscard]] Status check_size() const {
        std::int64_t all = 0;
        std::vector<std::pair<std::int64_t, std::string>> sizes;
        for (const auto& [name, content] : contents_) {
            sizes.emplace_back(content.size(), name);
            all += static_cast<std::int64_t>(content.size());
        }
        if (all <= kLargestPackage) return {};
        std::ranges::sort(sizes, std::greater());
        std::vector<std::string> largest;
        for (std::size_t i = 0; i < std::min<std::size_t>(sizes.size(), 5); ++i)
            largest.push_back(fmt::format("{} ({})", sizes[i].second, as_mebibytes(sizes[i].first)));
        return invalid("the files of the task take {}; a package may take {}. The largest: {}", as_mebibytes(all),
                       as_mebibytes(kLargestPackage), fmt::join(largest, ", "));
    }

    Result<TaskPackage> packed() {
        for (const auto& [name, content] : contents_)
            manifest_.files.push_back({name, static_cast<std::int64_t>(content.size()), sha256_hex(content)});
        ArchiveText text;
        ZstdSink compressed(text, {.level = kPackageLevel});
        TarWriter tar(compressed);
        GOETIA_TRY(tar.add(std::string(kManifestFile), json_text(to_json(manifest_), 1) + "\n"));
        for (const auto& [name, content] : contents_) GOETIA_TRY(tar.add(name, content));
        GOETIA_TRY(tar.finish());
        GOETIA_TRY(compressed.finish());
        TaskPackage package{.archive = text.take(), .sha256 = "", .manifest = std::move(manifest_)};
        package.sha256 = sha256_hex(package.archive);
        GOETIA_TRY(read_package(package.archive));  // whoever receives it has the same limits
        return package;
    }

    void add(const std::string& name, std::string content) { contents_.insert_or_assign(name, std::move(content)); }

    const CheckedConfig& config_;
    const PackageOptions& options_;
    std::vector<std::string> plugins_;             // named as in the experiment's folder
    std::map<std::string, std::string> contents_;  // of the files, by name: sorted
    PackageManifest manifest_;
};

}  // namespace

Result<TaskPackage> make_package(const CheckedConfig& config, const PackageOptions& options) {
    return PackageMaker(config, options).run();
}

}  // namespace goetia
