#include "run/component_catalogue.h"

#include <cstdio>

#include "base/files.h"
#include "base/process.h"
#include "component/plugin_files.h"
#include "config/experiment_schema.h"
#include "launch/programs.h"
#include "launch/rank_process.h"

namespace goetia {
namespace {

Result<ComponentCatalogue> read_catalogue(const std::string& text, const std::string& source) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("components") || !json["components"].is_array()) {
        return failed("the component catalogue from '{}' must contain 'components', found {}", source,
                      text.substr(0, 200));
    }
    ComponentCatalogue catalogue{.components = json["components"], .features = {}};
    for (const Json& feature : json.value("features", Json::array()))
        catalogue.features.insert(feature.get<std::string>());
    return catalogue;
}

Result<ComponentCatalogue> ask_runtime(const std::vector<std::string>& plugins) {
    GOETIA_ASSIGN(const std::filesystem::path runtime, find_runtime());
    Command command{.words = {runtime, "describe"}};
    for (const std::string& plugin : plugins) command.words.insert(command.words.end(), {"--components", plugin});
    command.on_error_line = [](const std::string& line) {
        if (line.starts_with("compiling ") || line.starts_with("waiting for "))
            std::fprintf(stderr, "%s\n", line.c_str());
    };
    GOETIA_ASSIGN(const ProcessResult finished, run_process(command));
    if (finished.exit_code == 0) return read_catalogue(finished.output, runtime);
    if (std::optional<Error> reported = reported_error(finished.errors)) return *std::move(reported);
    return failed("'{} describe' ended with exit code {}: {}", runtime.native(), finished.exit_code, finished.errors);
}

}  // namespace

Result<ComponentCatalogue> load_catalogue(const std::vector<std::string>& plugins) {
    const auto runtime = find_runtime();
    const std::filesystem::path programs = runtime ? runtime->parent_path() : own_folder();
    const std::filesystem::path kept = programs / ".." / "share" / "goetia" / "catalogue.json";
    std::error_code code;
    if (!plugins.empty() || !std::filesystem::exists(kept, code)) return ask_runtime(plugins);
    GOETIA_ASSIGN(const std::string text, read_file(kept));
    return read_catalogue(text, kept);
}

Result<std::vector<std::string>> plugins_of(const Composed& composed, const std::filesystem::path& file) {
    GOETIA_ASSIGN(const std::vector<std::string> named, named_plugins(composed.document));
    auto files = find_plugins(named, std::filesystem::absolute(file).parent_path());
    if (!files) {
        add_places(files.error().faults, composed.lines);
        return std::move(files).error();
    }
    return std::vector<std::string>(files->begin(), files->end());
}

}  // namespace goetia
