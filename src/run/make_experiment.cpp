#include "run/make_experiment.h"

#include <cstdlib>

#include "base/clock.h"
#include "base/files.h"
#include "base/json_path.h"
#include "base/process.h"
#include "component/plugin_files.h"
#include "experiment/reproduce_script.h"
#include "run/parent.h"

namespace goetia {
namespace {

// The config.yaml of this experiment: plug-ins are copied into the folder and named from there.
Result<std::string> kept_config(const CheckedConfig& config, const ExperimentFolder& folder) {
    Json document = config.composed.unresolved;
    if (!config.plugins.empty()) {
        GOETIA_ASSIGN(document["components"],
                      copy_plugins({config.plugins.begin(), config.plugins.end()}, folder.root()));
    }
    return to_yaml(document);
}

ReproduceInfo reproduce_info(const CheckedConfig& config, const ExperimentFolder& folder, WallTime time,
                             const std::filesystem::path& working_folder) {
    const char* devices = std::getenv("CUDA_VISIBLE_DEVICES");
    return {.id = folder.id(),
            .time = time,
            .seed = value_at<std::int64_t>(config.composed.document, "experiment.seed", 0),
            .visible_devices = devices == nullptr ? std::nullopt : std::optional<std::string>(devices),
            .working_folder = working_folder,
            .program = own_folder() / "goetia"};
}

Status write_all_of(const ExperimentFolder& folder, const CheckedConfig& config, const ReproduceInfo& info) {
    GOETIA_ASSIGN(const std::string kept, kept_config(config, folder));
    GOETIA_TRY(write_file_atomic(folder.config(), kept));
    GOETIA_TRY(write_file_atomic(folder.overrides(), to_yaml(Json(config.composed.overrides))));
    GOETIA_ASSIGN(const std::optional<RunParent> parent, parent_in(config.composed.document, info.working_folder));
    if (parent) GOETIA_TRY(write_parent(folder, *parent));
    return write_reproduce_script(folder.reproduce_script(), info);
}

}  // namespace

Result<ExperimentFolder> make_experiment(const CheckedConfig& config, const std::filesystem::path& experiments,
                                         const std::filesystem::path& working_folder) {
    const WallTime time = now();
    GOETIA_TRY(make_folders(experiments));
    GOETIA_ASSIGN(const ExperimentFolder folder,
                  ExperimentFolder::create(std::filesystem::absolute(experiments).lexically_normal(),
                                           make_experiment_id(time, to_yaml(config.composed.unresolved))));
    const Status written = write_all_of(folder, config, reproduce_info(config, folder, time, working_folder));
    if (!written) {
        std::error_code code;
        std::filesystem::remove_all(folder.root(), code);  // leaves no incomplete folder
        return written.error();
    }
    return folder;
}

Status add_reproduce_script(const ExperimentFolder& folder, const CheckedConfig& config,
                            const std::filesystem::path& working_folder) {
    return write_reproduce_script(folder.reproduce_script(), reproduce_info(config, folder, now(), working_folder));
}

Status record_change(const ExperimentFolder& folder, const CheckedConfig& config) {
    GOETIA_ASSIGN(const std::string text, read_file(folder.overrides()));
    GOETIA_ASSIGN(Json all, parse_yaml(text, folder.overrides()));
    if (!all.is_array()) all = Json::array();
    for (const std::string& one : config.composed.overrides) all.push_back(one);
    GOETIA_ASSIGN(const std::string kept, kept_config(config, folder));
    GOETIA_TRY(write_file_atomic(folder.overrides(), to_yaml(all)));
    return write_file_atomic(folder.config(), kept);
}

std::filesystem::path working_folder_of(const ExperimentFolder& folder) {
    const auto text = read_file(folder.environment());
    if (!text) return {};
    const Json environment = Json::parse(*text, nullptr, false);
    const Json* const folder_then = find_at(environment, "working_folder");
    if (folder_then == nullptr || !folder_then->is_string()) return {};
    std::filesystem::path was = folder_then->get<std::string>();
    std::error_code code;
    return std::filesystem::is_directory(was, code) ? was : std::filesystem::path();
}

}  // namespace goetia
