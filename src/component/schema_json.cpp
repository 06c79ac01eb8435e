// Schemas as JSON and back: the form in which the catalogue passes them to other programs.
#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/json_text.h"
#include "component/schema.h"

namespace goetia {
namespace {

struct WireType {
    ParamType type;
    std::string_view name;
    std::string_view items;  // the element type of a list
};

constexpr std::array kWireTypes{
    WireType{ParamType::kBool, "bool", ""},
    WireType{ParamType::kInt, "int", ""},
    WireType{ParamType::kFloat, "float", ""},
    WireType{ParamType::kString, "string", ""},
    WireType{ParamType::kIntList, "list", "int"},
    WireType{ParamType::kFloatList, "list", "float"},
    WireType{ParamType::kStringList, "list", "string"},
    WireType{ParamType::kObject, "object", ""},
    WireType{ParamType::kAny, "any", ""},
};

Json param_json(const Param& param) {
    const WireType& type = *std::ranges::find(kWireTypes, param.type, &WireType::type);
    Json json{{"name", param.name}, {"doc", param.doc}, {"type", type.name}};
    if (!type.items.empty()) json["items"] = type.items;
    json["text"] = param.allowed_text();
    json["required"] = param.fallback == nullptr;
    if (param.fallback) json["default"] = *param.fallback;
    if (param.minimum) json["minimum"] = *param.minimum;
    if (param.minimum_excluded) json["exclusive"] = true;
    if (param.maximum) json["maximum"] = *param.maximum;
    if (!param.choices.empty()) json["choices"] = param.choices;
    if (param.length) json["length"] = *param.length;
    if (param.nullable) json["nullable"] = true;
    if (param.scalar_allowed) json["scalar_allowed"] = true;
    return json;
}

ParamType type_from(const Json& json) {
    const std::string name = json.at("type"), items = json.value("items", "");
    for (const WireType& known : kWireTypes) {
        if (known.name == name && known.items == items) return known.type;
    }
    throw Json::other_error::create(501, fmt::format("unknown type '{}{}{}'", name, items.empty() ? "" : " of ", items),
                                    &json);
}

ParamBuilder param_from(const Json& json) {
    ParamBuilder param(type_from(json), json.at("name"), json.value("doc", ""));
    if (!json.at("required").get<bool>()) param.fallback(json.at("default"));
    if (json.contains("minimum"))
        json.value("exclusive", false) ? param.above(json["minimum"]) : param.at_least(json["minimum"]);
    if (json.contains("maximum")) param.at_most(json["maximum"]);
    if (json.contains("choices")) param.one_of(json["choices"].get<std::vector<std::string>>());
    if (json.contains("length")) param.length(json["length"]);
    if (json.value("scalar_allowed", false)) param.or_scalar();
    if (json.value("nullable", false)) param.or_null();
    return param;
}

}  // namespace

Json Schema::to_json() const {
    Json params = Json::array();
    for (const Param& param : params_) params.push_back(param_json(param));
    Json json{{"name", name_}, {"sentence", sentence_}, {"params", std::move(params)}};
    if (!tasks_.empty()) json["tasks"] = tasks_;
    return json;
}

Result<Schema> Schema::from_json(const Json& json) {
    try {
        Schema schema(json.at("name"), json.value("sentence", ""));
        schema.tasks_ = json.value("tasks", std::vector<std::string>{});
        for (const Json& param : json.at("params")) schema.params_.push_back(param_from(param).built());
        return schema;
    } catch (const Json::exception& fault) {
        return failed("a component's description cannot be read ({}): {}", fault.what(),
                      json_text(json).substr(0, 200));
    }
}

}  // namespace goetia
