// check_components(): checks the sections of a document that name components against the catalogue.
#include <algorithm>
#include <array>
#include <map>

#include "base/json_path.h"
#include "base/nearest.h"
#include "component/schema.h"
#include "config/experiment_schema.h"
#include "config/section_keys.h"

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

    // `own_keys` belong to the section itself, whichever component it names.
    void check(const std::string& kind, const Json& section, const std::string& path,
               const std::vector<std::string>& own_keys = {}) {
        if (!section.is_object() || !section.contains("type") || !section["type"].is_string())
            return;  // the JSON schema reports it
        const auto name = section["type"].get<std::string>();
        const auto& names = known_[kind];
        const auto found = names.find(name);
        if (found == names.end()) return unknown(kind, name, path);
        Json values = section;
        for (const std::string& key : own_keys) {
            if (found->second.find(key) == nullptr) values.erase(key);
        }
        // A warm-up, a sampler and the parts of a model are checked separately below.
        std::vector<Fault> wrong = found->second.check(values, path);
        std::move(wrong.begin(), wrong.end(), std::back_inserter(faults));
        for (const auto& [key, value] : section.items()) {
            if (const std::string_view part = part_kind(key); !part.empty())
                check(std::string(part), value, path + "." + key);
        }
        if (section.contains("auxiliary")) check("head", section["auxiliary"], path + ".auxiliary");
        if (section.contains("losses")) check_each("loss", section["losses"], path + ".losses");
    }

    // Checks a section of the document that names one component.
    void check_section(const Json& document, const std::string& name) {
        check(name, section_at(document, name), name, section_keys(name));
    }

    // Checks a list of components, with one fault path per element.
    void check_list(const std::string& kind, const Json& document, const std::string& path) {
        check_each(kind, section_at(document, path), path);
    }

    std::vector<Fault> faults;

  private:
    void check_each(const std::string& kind, const Json& list, const std::string& path) {
        for (std::size_t i = 0; list.is_array() && i < list.size(); ++i)
            check(kind, list[i], fmt::format("{}[{}]", path, i));
    }

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
    check.check_section(document, "model");
    check.check_section(document, "dataset");
    for (const char* split : {"train", "train.closing", "val", "test"}) {
        const std::string path = fmt::format("augmentation.{}", split);
        check.check_list("transform", document, path + ".pipeline");
        check.check_list("batch_transform", document, path + ".batch_augments");
    }
    check.check_section(document, "optimizer");
    check.check_section(document, "scheduler");
    check.check_list("metric", document, "metrics");
    check.check_list("hook", document, "hooks");
    return std::move(check.faults);
}

}  // namespace goetia
