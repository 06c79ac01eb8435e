#include "master/tasks/config_source.h"

#include <algorithm>

#include "base/json.h"
#include "config/config.h"
#include "config/override_text.h"
#include "master/tasks/builtin_templates.h"

namespace goetia {
namespace {

constexpr std::size_t kMostChanges = 1000, kLongestConfig = 1 << 20;

bool is_key_path(const std::string& path) {
    return !path.empty() && path.size() <= 300 && std::ranges::all_of(path, [](unsigned char letter) {
        return std::isalnum(letter) != 0 || letter == '_' || letter == '.' || letter == '/' || letter == '-';
    });
}

// A form's values as overrides: choices of groups first, since they decide which other keys there are. A group that the
// configuration has not chosen from is added to its defaults list.
Result<std::vector<std::string>> overrides_of(const Json& values, const ComposeRequest& request) {
    if (values.empty()) return std::vector<std::string>();
    const Result<Composed> plain = compose_unresolved(request);
    if (!plain) return without_own_folders(plain.error());
    Error error = invalid("values of the form cannot be used");
    std::vector<std::string> choices, others;
    const auto groups = builtin_groups();
    for (const auto& [path, value] : values.items()) {
        if (!is_key_path(path)) {
            error.faults.push_back({.path = "values",
                                    .message = "has a name that is no key of a configuration",
                                    .found = path,
                                    .allowed = "names such as 'training.epochs'"});
            continue;
        }
        const bool is_group = std::ranges::any_of(groups, [&](const auto& group) { return group.first == path; });
        const bool is_chosen = !choice_of(plain->defaults, path).empty();
        if (is_group && value.is_string()) choices.push_back((is_chosen ? "" : "+") + override_text(path, value));
        else others.push_back("++" + override_text(path, value));
    }
    if (!error.faults.empty()) return error;
    choices.insert(choices.end(), others.begin(), others.end());
    return choices;
}

Error one_of_them() {
    return Error{Code::kInvalid,
                 "a task is made from one thing",
                 {{.path = "config",
                   .message = "is given together with 'template'",
                   .allowed = "'config', or 'template' with 'values'"}}};
}

}  // namespace

bool has_config_source(const Json& body) {
    return !body.value("template", "").empty() || !body.value("config", Json()).is_null();
}

Result<ComposeRequest> compose_request_of(const Json& body) {
    ComposeRequest request{.is_foreign = true};
    const std::string chosen = body.value("template", "");
    const Json config = body.value("config", Json());
    if (!chosen.empty()) {
        if (!config.is_null()) return one_of_them();
        GOETIA_ASSIGN(const BuiltinTemplate found, builtin_template(chosen));
        request.file = found.file;
    } else {
        if (!config.is_string() && !config.is_object())
            return Error{Code::kInvalid,
                         "the configuration cannot be read",
                         {{.path = "config",
                           .message = "must be a document or its text",
                           .allowed = "an object, or YAML as a text"}}};
        request.file = "config";
        request.text = config.is_string() ? config.get<std::string>() : to_yaml(config);
        if (request.text->size() > kLongestConfig)
            return invalid("the configuration has {} bytes (allowed: {})", request.text->size(), kLongestConfig);
    }
    GOETIA_ASSIGN(request.overrides, overrides_of(body.value("values", Json::object()), request));
    for (const Json& one : body.value("overrides", Json::array())) request.overrides.push_back(one.get<std::string>());
    if (request.overrides.size() > kMostChanges)
        return invalid("{} changes are too many (allowed: {})", request.overrides.size(), kMostChanges);
    return request;
}

}  // namespace goetia
