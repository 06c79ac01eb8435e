#include <algorithm>
#include <cstdlib>

#include "base/process.h"
#include "config/config.h"
#include "config/defaults_tree.h"
#include "config/interpolation.h"
#include "config/merge.h"
#include "config/override_grammar.h"
#include "config/repository.h"
#include "config/yaml_reader.h"

namespace goetia {
namespace {

using config::Node;

// A folder that is shipped with the program: $variable, then share/goetia/ of an installation, then the source tree
// that contains the build folder.
std::filesystem::path shipped_folder(const char* variable, const std::string& name) {
    if (const char* folder = std::getenv(variable)) return folder;
    std::error_code ignored;
    std::filesystem::path above = own_folder();
    for (int level = 0; level < 5 && above.has_relative_path(); ++level, above = above.parent_path()) {
        for (const std::filesystem::path& place : {above / "share" / "goetia" / name, above / name}) {
            if (std::filesystem::is_directory(place, ignored)) return place;
        }
    }
    return {};
}

bool names_hydra(const config::Override& one) {
    return one.key == "hydra" || one.key.starts_with("hydra.") || one.key.starts_with("hydra/");
}

// Hydra's own settings have no effect here; a tree written for Hydra can still be composed.
void drop_hydra(Node& root, std::vector<config::Override>& overrides, std::vector<std::string>& notices) {
    const auto dropped = std::erase_if(overrides, names_hydra);
    if (root.erase("hydra") || dropped > 0)
        notices.emplace_back(
            "the settings of 'hydra' are ignored: Goetia names its folders and launches its runs itself");
}

void note_files(Composed& composed, config::Repository& repository, const std::vector<config::MergeStep>& steps) {
    for (const config::MergeStep& step : steps) {
        const auto config = repository.load(step.config_path);
        if (!config || !*config) continue;
        const std::string& file = (*config)->file;
        composed.defaults.push_back({step.config_path, step.package, file});
        if (std::ranges::find(composed.files, file) == composed.files.end()) composed.files.push_back(file);
    }
}

// The overrides that Hydra attributes to the job: all but those of its own settings.
std::vector<std::string> lines_of(const std::vector<config::Override>& overrides) {
    std::vector<std::string> lines;
    for (const config::Override& one : overrides) lines.push_back(one.line);
    return lines;
}

Result<Node> compose_tree(const ComposeRequest& request, Composed& composed) {
    GOETIA_ASSIGN(std::vector<config::Override> overrides, config::parse_overrides(request.overrides));
    for (const config::Override& one : overrides) {
        if (one.is_sweep())
            return invalid(
                "override '{}' is a sweep; add --multirun to run each of its values, or quote the value to use it as "
                "text",
                one.line);
    }
    Node nothing = Node::map();
    drop_hydra(nothing, overrides, composed.notices);
    GOETIA_ASSIGN(config::Repository repository, config::Repository::open(request));
    GOETIA_ASSIGN(const config::DefaultsResult defaults, config::expand_defaults(repository, overrides));
    GOETIA_TRY(config::check_templates(repository, defaults.steps));
    Node root = Node::map(std::make_shared<Place>(Place{request.file.string(), 1, false}));
    for (const config::MergeStep& step : defaults.steps) {
        GOETIA_ASSIGN(const auto config, repository.load(step.config_path));
        Status merged = config::merge_package(root, step.package, config->content);
        if (!merged) return std::move(merged).error().within(fmt::format("'{}'", config->file));
    }
    drop_hydra(root, overrides, composed.notices);
    GOETIA_TRY(config::apply_overrides(root, defaults.value_overrides));
    note_files(composed, repository, defaults.steps);
    composed.overrides = request.overrides;
    if (!request.is_foreign)
        composed.hydra = config::hydra_values(request, repository.primary(), defaults.choices, lines_of(overrides));
    return root;
}

void set_at(Json& document, const config::Path& path, Json value) {
    Json* at = &document;
    for (const std::string& step : path) at = at->is_array() ? &(*at)[std::stoul(step)] : &(*at)[step];
    *at = std::move(value);
}

Status fill(Composed& composed, const Node& root, bool follow, const ComposeRequest& request) {
    composed.unresolved = root.to_json();
    config::collect_places(root, "", composed.lines);
    composed.document = composed.unresolved;
    if (!follow) return {};
    GOETIA_ASSIGN(const WallTime time, request.time ? Result<WallTime>(*request.time) : composing_time());
    GOETIA_ASSIGN(config::Resolved resolved,
                  config::resolve(root, {.time = time,
                                         .hydra = composed.hydra.is_null() ? nullptr : &composed.hydra,
                                         .has_environment = !request.is_foreign}));
    for (auto& [path, value] : resolved.fixed) set_at(composed.unresolved, path, std::move(value));
    composed.document = std::move(resolved.document);
    composed.from_environment = std::move(resolved.from_environment);
    composed.notices.insert(composed.notices.end(), resolved.notices.begin(), resolved.notices.end());
    return {};
}

Result<Composed> compose_as(const ComposeRequest& request, bool follow) {
    Composed composed;
    GOETIA_ASSIGN(const Node root, compose_tree(request, composed));
    GOETIA_TRY(fill(composed, root, follow, request));
    return composed;
}

}  // namespace

Result<Composed> compose(const ComposeRequest& request) { return compose_as(request, true); }
Result<Composed> compose_unresolved(const ComposeRequest& request) { return compose_as(request, false); }

Result<Composed> load_composed(const std::filesystem::path& yaml) {
    Composed composed;
    GOETIA_ASSIGN(const Node root, config::read_yaml_file(yaml));
    if (!root.is_map()) return invalid("'{}' must hold a mapping", yaml.string());
    composed.files.push_back(yaml.string());
    GOETIA_TRY(fill(composed, root, true, {}));
    return composed;
}

Result<Json> load_resolved(const std::filesystem::path& yaml) {
    GOETIA_ASSIGN(Composed composed, load_composed(yaml));
    return std::move(composed.document);
}

Place place_of(const LineTable& lines, std::string path) {
    while (true) {
        if (const auto found = lines.find(path); found != lines.end()) return found->second;
        if (path.empty()) return {};
        const std::size_t cut = path.find_last_of(".[");
        path.resize(cut == std::string::npos ? 0 : cut);
    }
}

std::filesystem::path builtin_configs() { return shipped_folder("GOETIA_CONFIGS", "configs"); }
std::filesystem::path builtin_contract() { return shipped_folder("GOETIA_CONTRACT", "contract"); }

}  // namespace goetia
