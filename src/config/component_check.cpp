// check_components(): the sections of a document that name components, against the catalogue.
#include <algorithm>
#include <map>

#include "base/nearest.h"
#include "component/schema.h"
#include "config/experiment_schema.h"

namespace goetia {
namespace {

std::optional<ParamType> type_of(const std::string& name) {
    for (const ParamType type :
         {ParamType::kBool, ParamType::kInt, ParamType::kFloat, ParamType::kString, ParamType::kIntList,
          ParamType::kFloatList, ParamType::kStringList, ParamType::kObject, ParamType::kAny}) {
        if (param_type_name(type) == name) return type;
    }
    return std::nullopt;
}

// The description a component gave of itself, back from JSON, so that one check serves both sides.
Schema schema_of(const Json& entry) {
    Schema schema(entry.at("name").get<std::string>(), entry.value("sentence", ""));
    for (const Json& said : entry.value("params", Json::array())) {
        ParamBuilder param(type_of(said.value("type", "")).value_or(ParamType::kAny),
                           said.at("name").get<std::string>(), said.value("doc", ""));
        if (said.contains("default")) param.fallback(said["default"]);
        else if (!said.value("required", true)) param.fallback(nullptr);
        if (said.contains("minimum"))
            said.value("minimum_excluded", false) ? param.above(said["minimum"].get<double>())
                                                  : param.at_least(said["minimum"].get<double>());
        if (said.contains("maximum")) param.at_most(said["maximum"].get<double>());
        if (said.contains("choices")) param.one_of(said["choices"].get<std::vector<std::string>>());
        if (said.contains("length")) param.length(said["length"].get<int>());
        if (said.value("scalar_allowed", false)) param.or_scalar();
        if (said.value("nullable", false)) param.or_null();
        std::move(schema).with(param);  // adds to itself; assigning it back would empty it
    }
    return schema;
}

class ComponentCheck {
  public:
    explicit ComponentCheck(const Json& catalogue) {
        for (const Json& entry : catalogue) {
            Schema schema = schema_of(entry);
            const std::string name = schema.name();
            known_[entry.at("kind").get<std::string>()].emplace(name, std::move(schema));
        }
    }

    // `own_keys` belong to the section, whatever component stands in it.
    void check(const std::string& kind, const Json& section, const std::string& path,
               const std::vector<std::string>& own_keys = {}) {
        if (!section.is_object() || !section.contains("type") || !section["type"].is_string())
            return;  // the JSON schema told it
        const auto name = section["type"].get<std::string>();
        const auto& names = known_[kind];
        const auto found = names.find(name);
        if (found == names.end()) return unknown(kind, name, path);
        Json values = section;
        for (const std::string& key : own_keys) {
            if (found->second.find(key) == nullptr) values.erase(key);
        }
        // A warm-up, a sampler or a part of a model has its own check below.
        std::vector<Fault> wrong = found->second.check(values, path);
        std::move(wrong.begin(), wrong.end(), std::back_inserter(faults));
        for (const char* part : {"backbone", "neck", "head", "loss", "sampler"}) {
            if (section.contains(part)) check(part, section[part], path + "." + part);
        }
    }

    void check_list(const std::string& kind, const Json& list, const std::string& path) {
        for (std::size_t i = 0; list.is_array() && i < list.size(); ++i)
            check(kind, list[i], fmt::format("{}[{}]", path, i));
    }

    std::vector<Fault> faults;

  private:
    void unknown(const std::string& kind, const std::string& name, const std::string& path) {
        std::vector<std::string> names;
        for (const auto& [one, schema] : known_[kind]) names.push_back(one);
        faults.push_back({.path = path + ".type",
                          .message = fmt::format("there is no {} '{}'", kind, name),
                          .found = name,
                          .allowed = names.empty() ? "none in this build" : fmt::format("{}", fmt::join(names, ", ")),
                          .nearest = nearest_name(name, names)});
    }

    std::map<std::string, std::map<std::string, Schema>> known_;
};

}  // namespace

std::vector<Fault> check_components(const Json& document, const Json& catalogue) {
    if (!document.is_object() || catalogue.empty()) return {};
    ComponentCheck check(catalogue);
    const auto section = [&](const char* name) { return document.contains(name) ? document[name] : Json(); };
    check.check("model", section("model"), "model", {"pretrained"});
    check.check("dataset", section("dataset"), "dataset", {"sampler", "cache", "cache_megabytes"});
    const Json augmentation = section("augmentation");
    for (const char* split : {"train", "val", "test"}) {
        if (!augmentation.is_object() || !augmentation.contains(split) || !augmentation[split].is_object()) continue;
        const std::string path = fmt::format("augmentation.{}", split);
        check.check_list("transform", augmentation[split].value("pipeline", Json()), path + ".pipeline");
        check.check_list("batch_transform", augmentation[split].value("batch_augments", Json()),
                         path + ".batch_augments");
    }
    check.check("optimizer", section("optimizer"), "optimizer", {"layer_decay", "no_decay"});
    check.check("scheduler", section("scheduler"), "scheduler", {"warmup", "by", "monitor"});
    check.check_list("metric", section("metrics"), "metrics");
    check.check_list("hook", section("hooks"), "hooks");
    return std::move(check.faults);
}

}  // namespace goetia
