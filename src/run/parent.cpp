#include "run/parent.h"

#include <algorithm>
#include <set>

#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_path.h"
#include "config/config.h"
#include "experiment/folder.h"
#include "experiment/summary.h"

namespace goetia {
namespace {

std::filesystem::path parent_file(const ExperimentFolder& folder) { return folder.root() / "parent.yaml"; }

// The experiment whose folder has the weights: in checkpoints/, or beside it.
std::optional<ExperimentFolder> home_of(const std::filesystem::path& weights) {
    std::filesystem::path root = weights.parent_path();
    if (root.filename() == "checkpoints") root = root.parent_path();
    std::error_code code;
    if (!is_experiment_id(root.filename().native()) || !std::filesystem::is_regular_file(root / "config.yaml", code))
        return std::nullopt;
    return ExperimentFolder(root);
}

const Relative* relative_by_id(const std::vector<Relative>& all, const std::string& id) {
    const auto found = std::ranges::find(all, id, &Relative::id);
    return found == all.end() ? nullptr : &*found;
}

Json known_relative(const Relative& one, std::size_t depth) {
    return {{"id", one.id},
            {"known", true},
            {"name", one.name},
            {"state", one.state},
            {"relation", one.parent ? Json(one.parent->relation) : Json(nullptr)},
            {"depth", depth}};
}

std::string weights_now(const std::filesystem::path& weights, const std::string& sha256) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(weights, code)) return "gone";
    const auto now = sha256_file(weights);
    return now && *now == sha256 ? "as they were" : "changed";
}

}  // namespace

Result<RunParent> parent_by(const std::filesystem::path& checkpoint, const std::string& relation) {
    RunParent parent{.relation = relation,
                     .experiment = {},
                     .weights = std::filesystem::absolute(checkpoint).lexically_normal(),
                     .sha256 = {},
                     .config_sha256 = {}};
    GOETIA_ASSIGN(parent.sha256, sha256_file(parent.weights));
    if (const auto home = home_of(parent.weights)) {
        parent.experiment = home->id();
        GOETIA_ASSIGN(parent.config_sha256, sha256_file(home->config()));
    }
    return parent;
}

Result<std::optional<RunParent>> parent_in(const Json& document, const std::filesystem::path& working_folder) {
    const Json& section = section_at(document, "model.pretrained");
    const auto path = value_of_type_at<std::string>(section, "path", "");
    if (!section.is_object() || path.empty() || !value_of_type_at<bool>(section, "enabled", true) ||
        value_of_type_at<std::string>(section, "source", "local") != "local")
        return std::optional<RunParent>();
    const std::filesystem::path weights = working_folder / path;
    std::error_code code;
    if (!std::filesystem::is_regular_file(weights, code)) return std::optional<RunParent>();
    GOETIA_ASSIGN(RunParent parent, parent_by(weights, "fine-tune"));
    return std::optional(std::move(parent));
}

Status write_parent(const ExperimentFolder& folder, const RunParent& parent) {
    Json fields = {{"relation", parent.relation},
                   {"experiment", parent.experiment.empty() ? Json(nullptr) : Json(parent.experiment)},
                   {"weights", parent.weights.native()},
                   {"sha256", parent.sha256}};
    if (!parent.config_sha256.empty()) fields["config_sha256"] = parent.config_sha256;
    return write_file_atomic(parent_file(folder), to_yaml({{"parent", fields}}));
}

Result<std::optional<RunParent>> read_parent(const ExperimentFolder& folder) {
    const auto text = read_file(parent_file(folder));
    if (!text && text.error().code == Code::kNotFound) return std::optional<RunParent>();
    if (!text) return text.error();
    GOETIA_ASSIGN(const Json document, parse_yaml(*text, parent_file(folder).native()));
    const Json& fields = section_at(document, "parent");
    const auto field = [&](const char* name) { return value_of_type_at<std::string>(fields, name, ""); };
    if (field("sha256").empty()) return invalid("'{}' names no parent with its sha256", parent_file(folder).native());
    return std::optional(RunParent{.relation = field("relation"),
                                   .experiment = field("experiment"),
                                   .weights = field("weights"),
                                   .sha256 = field("sha256"),
                                   .config_sha256 = field("config_sha256")});
}

Json lineage_among(const std::string& id, const std::vector<Relative>& all) {
    const Relative* self = relative_by_id(all, id);
    Json ancestors = Json::array(), descendants = Json::array();
    std::set<std::string> seen{id};  // a circle ends
    for (const Relative* one = self; one != nullptr && one->parent;) {
        const RunParent& parent = *one->parent;
        if (!parent.experiment.empty() && !seen.insert(parent.experiment).second) break;
        const Relative* next = relative_by_id(all, parent.experiment);
        const std::size_t depth = ancestors.size() + 1;
        const std::string name = parent.experiment.empty() ? parent.weights.native() : parent.experiment;
        Json entry =
            next != nullptr ? known_relative(*next, depth) : Json{{"id", name}, {"known", false}, {"depth", depth}};
        entry["weights"] = parent.weights.native();
        entry["sha256"] = parent.sha256;
        ancestors.push_back(std::move(entry));
        one = next;
    }
    std::vector<std::string> generation{id};
    for (std::size_t depth = 1; !generation.empty(); ++depth) {
        std::vector<std::string> children;
        for (const std::string& parent : generation) {
            for (const Relative& child : all) {
                if (!child.parent || child.parent->experiment != parent || !seen.insert(child.id).second) continue;
                descendants.push_back(known_relative(child, depth));
                children.push_back(child.id);
            }
        }
        generation = std::move(children);
    }
    return {{"id", id},
            {"relation", self != nullptr && self->parent ? Json(self->parent->relation) : Json(nullptr)},
            {"ancestors", std::move(ancestors)},
            {"descendants", std::move(descendants)}};
}

Result<Json> lineage_of_folder(const ExperimentFolder& folder, const std::vector<ExperimentFolder>& all) {
    std::vector<Relative> relatives;
    const auto add = [&relatives](const ExperimentFolder& one) -> Status {
        Relative relative{.id = one.id(), .name = {}, .state = "unreadable", .parent = {}};
        GOETIA_ASSIGN(relative.parent, read_parent(one));
        if (const auto summary = read_summary(one)) {
            relative.name = summary->name;
            relative.state = state_name(summary->state);
        }
        relatives.push_back(std::move(relative));
        return {};
    };
    GOETIA_TRY(add(folder));
    for (const ExperimentFolder& one : all) {
        if (one.id() != folder.id()) GOETIA_TRY(add(one));
    }
    Json lineage = lineage_among(folder.id(), relatives);
    for (Json& ancestor : lineage["ancestors"])
        ancestor["weights_now"] =
            weights_now(ancestor["weights"].get<std::string>(), ancestor["sha256"].get<std::string>());
    return lineage;
}

}  // namespace goetia
