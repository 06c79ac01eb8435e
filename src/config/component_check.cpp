// Walks the sections of a document that name components: which there are, and whether they fit the catalogue.
#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include "base/json_path.h"
#include "base/nearest.h"
#include "component/schema.h"
#include "config/experiment_schema.h"
#include "config/section_keys.h"
#include "config/used_components.h"

namespace goetia {
namespace {

// The kind of component that a key names within the section of another one, or nothing: "head", "loss_box",
// "rpn_assigner".
std::string_view part_kind(std::string_view key) {
    constexpr std::array<std::string_view, 9> kParts{"backbone", "neck",     "head",      "loss",       "sampler",
                                                     "anchors",  "assigner", "box_coder", "box_sampler"};
    if (key.starts_with("loss_")) return "loss";
    if (std::find(kParts.begin(), kParts.end(), key) != kParts.end()) return key;
    for (const std::string_view of_a_stage : {"_assigner", "_box_coder", "_box_sampler"}) {
        if (key.ends_with(of_a_stage)) return of_a_stage.substr(1);
    }
    return {};
}

// Called with each section that names a component; `own_keys` belong to the section itself, whichever component it
// names. False: the parts of the component are skipped.
using VisitComponent = std::function<bool(const std::string& kind, const Json& section, const std::string& path,
                                          const std::vector<std::string>& own_keys)>;

class ComponentWalk {
  public:
    explicit ComponentWalk(VisitComponent visit) : visit_(std::move(visit)) {}

    void document(const Json& document) const {
        section(document, "model");
        section(document, "dataset");
        for (const char* split : {"train", "train.closing", "val", "test"}) {
            const std::string path = fmt::format("augmentation.{}", split);
            each("transform", section_at(document, path + ".pipeline"), path + ".pipeline");
            each("batch_transform", section_at(document, path + ".batch_augments"), path + ".batch_augments");
        }
        section(document, "optimizer");
        section(document, "scheduler");
        each("metric", section_at(document, "metrics"), "metrics");
        each("hook", section_at(document, "hooks"), "hooks");
    }

  private:
    void section(const Json& document, const std::string& name) const {
        component(name, section_at(document, name), name, section_keys(name));
    }

    void each(const std::string& kind, const Json& list, const std::string& path) const {
        for (std::size_t i = 0; list.is_array() && i < list.size(); ++i)
            component(kind, list[i], fmt::format("{}[{}]", path, i), {});
    }

    void component(const std::string& kind, const Json& section, const std::string& path,
                   const std::vector<std::string>& own_keys) const {
        if (!section.is_object() || !section.contains("type") || !section["type"].is_string())
            return;  // the JSON schema reports it
        if (!visit_(kind, section, path, own_keys)) return;
        for (const auto& [key, value] : section.items()) {
            if (const std::string_view part = part_kind(key); !part.empty())
                component(std::string(part), value, path + "." + key, {});
        }
        if (section.contains("auxiliary")) component("head", section["auxiliary"], path + ".auxiliary", {});
        if (section.contains("losses")) each("loss", section["losses"], path + ".losses");
    }

    VisitComponent visit_;
};

class ComponentCheck {
  public:
    Status read(const Json& catalogue) {
        for (const Json& entry : catalogue) {
            GOETIA_ASSIGN(Schema schema, Schema::from_json(entry));
            const std::string name = schema.name();
            known_[entry.value("kind", "")].emplace(name, std::move(schema));
        }
        return {};
    }

    // True for a component that is known.
    bool check(const std::string& kind, const Json& section, const std::string& path,
               const std::vector<std::string>& own_keys) {
        const auto name = section["type"].get<std::string>();
        const auto& names = known_[kind];
        const auto found = names.find(name);
        if (found == names.end()) {
            unknown(kind, name, path);
            return false;
        }
        Json values = section;
        for (const std::string& key : own_keys) {
            if (found->second.find(key) == nullptr) values.erase(key);
        }
        // A warm-up, a sampler and the parts of a model are checked by themselves.
        std::vector<Fault> wrong = found->second.check(values, path);
        std::move(wrong.begin(), wrong.end(), std::back_inserter(faults));
        return true;
    }

    std::vector<Fault> faults;

  private:
    void unknown(const std::string& kind, const std::string& name, const std::string& path) {
        std::vector<std::string> names;
        for (const auto& [one, schema] : known_[kind]) names.push_back(one);
        faults.push_back({.path = path + ".type",
                          .message = fmt::format("there is no {} '{}'", kind, name),
                          .found = name,
                          .allowed = names.empty() ? "this build has none" : fmt::format("{}", fmt::join(names, ", ")),
                          .nearest = nearest_name(name, names)});
    }

    std::map<std::string, std::map<std::string, Schema>> known_;
};

}  // namespace

Result<std::vector<Fault>> check_components(const Json& document, const Json& catalogue) {
    if (!document.is_object() || catalogue.empty()) return std::vector<Fault>{};
    ComponentCheck check;
    GOETIA_TRY(check.read(catalogue));
    ComponentWalk([&check](const auto&... section) { return check.check(section...); }).document(document);
    return std::move(check.faults);
}

std::vector<UsedComponent> used_components(const Json& document) {
    std::set<UsedComponent> used;
    if (!document.is_object()) return {};
    ComponentWalk([&used](const std::string& kind, const Json& section, const auto&...) {
        used.insert({kind, section["type"].get<std::string>()});
        return true;
    }).document(document);
    return {used.begin(), used.end()};
}

}  // namespace goetia
