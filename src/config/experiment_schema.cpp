#include "config/experiment_schema.h"

#include <algorithm>
#include <set>

#include "base/files.h"
#include "base/json_text.h"
#include "base/nearest.h"
#include "config/json_schema.h"
#include "config/node.h"

namespace goetia {
namespace {

// One fault per path: the schema and the component may both report the same value.
std::vector<Fault> without_doubles(std::vector<Fault> faults) {
    std::set<std::string> seen;
    std::vector<Fault> once;
    for (Fault& fault : faults) {
        if (seen.insert(fault.path).second) once.push_back(std::move(fault));
    }
    return once;
}

std::vector<std::string> keys_of(const Json& schema) {
    std::vector<std::string> keys;
    if (schema.contains("properties")) {
        for (const auto& [key, value] : schema["properties"].items()) keys.push_back(key);
    }
    return keys;
}

}  // namespace

Result<Json> contract_schema(const std::string& name) {
    const std::filesystem::path folder = builtin_contract();
    if (folder.empty())
        return not_found("the folder 'contract' of this program is missing; name it with GOETIA_CONTRACT");
    const std::filesystem::path file = folder / (name + ".schema.json");
    GOETIA_ASSIGN(const std::string text, read_file(file));
    GOETIA_ASSIGN(Json schema, parse_json(text, file.native()));
    if (!schema.is_object()) return failed("'{}' is not a JSON schema", file.native());
    return schema;
}

Result<Json> experiment_schema() { return contract_schema("experiment"); }

std::vector<Fault> check_against_schema(const Json& document, const Json& schema) {
    return config::JsonSchema(schema).check(document);
}

void add_places(std::vector<Fault>& faults, const LineTable& lines) {
    for (Fault& fault : faults) {
        const Place place = place_of(lines, fault.path);
        if (!fault.file.empty() || place.file.empty()) continue;
        fault.file = place.from_override ? fmt::format("override '{}'", place.file) : place.file;
        fault.line = place.line;
    }
}

Status check_experiment(const Composed& composed, const Json& catalogue) {
    GOETIA_ASSIGN(const Json schema, experiment_schema());
    std::vector<Fault> faults = check_against_schema(composed.document, schema);
    GOETIA_ASSIGN(std::vector<Fault> more, check_components(composed.document, catalogue));
    std::move(more.begin(), more.end(), std::back_inserter(faults));
    faults = without_doubles(std::move(faults));
    if (faults.empty()) return {};
    add_places(faults, composed.lines);
    Error error =
        invalid("the configuration has {}", faults.size() == 1 ? "a fault" : fmt::format("{} faults", faults.size()));
    error.faults = std::move(faults);
    return error;
}

Result<Json> with_schema_defaults(const Json& document) {
    GOETIA_ASSIGN(const Json schema, experiment_schema());
    Json full = document;
    config::JsonSchema(schema).fill(schema, full);
    return full;
}

Result<Json> explain_key(const std::string& path) {
    GOETIA_ASSIGN(const Json root_schema, experiment_schema());
    const config::JsonSchema reader(root_schema);
    Json schema = root_schema;
    std::string reached;
    for (const std::string& step : config::split_path(path)) {
        schema = reader.expanded(schema);
        const bool is_number = step.find_first_not_of("0123456789") == std::string::npos;
        while (schema.contains("items") && schema["items"].is_object()) {
            schema = reader.expanded(schema["items"]);
            if (is_number) break;
        }
        if (is_number) continue;
        for (const char* several : {"oneOf", "anyOf"}) {
            if (schema.contains(several)) schema = reader.expanded(schema[several][0]);
        }
        if (schema.contains("properties") && schema["properties"].contains(step)) {
            schema = schema["properties"][step];
            reached = config::below(reached, step, false);
            continue;
        }
        if (!schema.contains("additionalProperties") && schema.contains("properties") &&
            schema["properties"].contains("type")) {
            return not_found(
                "'{}' is a parameter of the component that '{}.type' names; see 'goetia component show TYPE'", path,
                reached);
        }
        const std::string near = nearest_name(step, keys_of(schema));
        return not_found("there is no key '{}'{}; '{}' knows: {}", path,
                         near.empty() ? "" : fmt::format(", did you mean '{}'?", config::below(reached, near, false)),
                         reached.empty() ? "an experiment" : reached, fmt::join(keys_of(schema), ", "));
    }
    schema = reader.expanded(schema);
    Json about{{"path", path},
               {"type", schema.contains("type") ? config::type_text(schema["type"]) : "anything"},
               {"allowed", reader.allowed_text(schema)},
               {"doc", schema.value("description", "")}};
    if (schema.contains("default")) about["default"] = schema["default"];
    if (const auto keys = keys_of(schema); !keys.empty()) about["keys"] = keys;
    return about;
}

}  // namespace goetia
