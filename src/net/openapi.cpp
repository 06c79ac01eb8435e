#include "net/openapi.h"

#include <array>
#include <set>

#include <fmt/format.h>

#include "base/json.h"

namespace goetia {
namespace {

std::string_view json_type(ParamType type) {
    switch (type) {
        case ParamType::kBool: return "boolean";
        case ParamType::kInt:
        case ParamType::kIntList: return "integer";
        case ParamType::kFloat:
        case ParamType::kFloatList: return "number";
        case ParamType::kString:
        case ParamType::kStringList: return "string";
        case ParamType::kObject: return "object";
        case ParamType::kAny: return "";
    }
    return "";
}

bool is_list_type(ParamType type) {
    return type == ParamType::kIntList || type == ParamType::kFloatList || type == ParamType::kStringList;
}

Json number_form(double value) {
    const auto whole = static_cast<std::int64_t>(value);
    return static_cast<double>(whole) == value ? Json(whole) : Json(value);
}

Json element_form(const Param& param) {
    Json form = Json::object();
    if (const std::string_view type = json_type(param.type); !type.empty()) form["type"] = type;
    if (param.minimum) form[param.minimum_excluded ? "exclusiveMinimum" : "minimum"] = number_form(*param.minimum);
    if (param.maximum) form["maximum"] = number_form(*param.maximum);
    if (!param.choices.empty()) form["enum"] = param.choices;
    return form;
}

Json param_form(const Param& param) {
    Json form = element_form(param);
    if (is_list_type(param.type)) form = {{"type", "array"}, {"items", std::move(form)}};
    if (param.nullable && form.contains("type")) form["type"] = Json::array({form["type"], "null"});
    if (param.nullable && form.contains("enum")) form["enum"].push_back(nullptr);
    form["description"] = param.doc;
    if (param.fallback) form["default"] = *param.fallback;
    return form;
}

Json parameter_entries(const Schema& schema, std::string_view place) {
    Json entries = Json::array();
    for (const Param& param : schema.params()) {
        Json form = param_form(param);
        form.erase("description");
        Json entry = {{"name", param.name},
                      {"in", place},
                      {"required", place == "path" || !param.fallback},
                      {"description", param.doc},
                      {"schema", std::move(form)}};
        if (is_list_type(param.type)) entry["style"] = "form", entry["explode"] = false;
        entries.push_back(std::move(entry));
    }
    return entries;
}

Json path_entries(const Route::Description& route) {
    Json entries = parameter_entries(route.path_schema, "path");
    for (std::size_t at = route.path.find('{'); at != std::string::npos; at = route.path.find('{', at + 1)) {
        const std::string name = route.path.substr(at + 1, route.path.find('}', at) - at - 1);
        if (route.path_schema.find(name)) continue;
        entries.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
    }
    return entries;
}

Json answer_form(const Route::Description& route) {
    if (!route.answer) return Json::object();
    Json form = route.answer->form();
    if (!route.answers_list) return form;
    form.erase("required");  // `fields` chooses
    return {{"type", "object"},
            {"required", {"items", "total", "next"}},
            {"properties",
             {{"items", {{"type", "array"}, {"items", std::move(form)}}},
              {"total", {{"type", "integer"}}},
              {"next", {{"type", {"string", "null"}}}}}}};
}

constexpr std::array<std::pair<int, std::string_view>, 16> kRefusals{{
    {400, "It cannot be read"},
    {401, "Who asks is not known"},
    {403, "Who asks may not do this, or a page of another origin asks"},
    {404, "There is no such thing, or who asks may not see it"},
    {408, "The body did not come in time"},
    {409, "The present state does not allow it"},
    {412, "It has changed since"},
    {413, "The body is longer than what is taken here"},
    {415, "The body is not JSON"},
    {416, "The range is outside the file"},
    {421, "The header Host names another machine"},
    {422, "Fields have faults; all are told at once"},
    {429, "Too often; Retry-After says when to ask again"},
    {500, "Something failed inside"},
    {503, "Too much waits, or the store does not answer"},
    {507, "The disk is full"},
}};

// Which of them the route can answer, by what it takes.
std::set<int> refusals_of(const Route::Description& route) {
    const bool changes = route.method != "GET", is_open = route.permission == kForEverybody;
    const bool is_limited = is_open && changes, takes_bytes = !route.bytes_taken.empty();
    // Queries are closed: 422, whatever the route takes; and they may name what does not exist.
    std::set<int> can{400, 403, 404, 413, 421, 422, 500, 503};
    const auto add_if = [&can](bool condition, std::initializer_list<int> statuses) {
        if (condition) can.insert(statuses);
    };
    add_if(!is_open || is_limited, {401});
    add_if(changes, {409, 412, 429});
    add_if(route.body.has_value(), {408, 415});
    add_if(takes_bytes, {408, 507});
    add_if(route.answer_type == "application/octet-stream", {416});
    return can;
}

// What a file is answered with beside 200.
void add_file_answers(const Route::Description& route, Json& answers) {
    if (route.answer_type != "application/octet-stream") return;
    answers["206"] = {{"description", "The range that was asked for"}, {"content", answers["200"]["content"]}};
    answers["304"] = {{"description", "The file is the one that If-None-Match names"}};
}

Json answers_of(const Route::Description& route) {
    Json content = Json::object();
    content[route.answer_type]["schema"] = answer_form(route);
    if (route.answers_list) content["text/csv"] = {{"schema", {{"type", "string"}}}};
    Json answers = Json::object();
    const std::string words = route.answer_words.empty() ? route.sentence : route.answer_words;
    answers[std::to_string(route.answer_status)] = {{"description", words}, {"content", std::move(content)}};
    if (route.open) answers = {{"101", {{"description", "The WebSocket is open"}}}};
    add_file_answers(route, answers);
    for (const int status : refusals_of(route)) {
        answers[std::to_string(status)]["$ref"] = fmt::format("#/components/responses/Problem{}", status);
    }
    return answers;
}

std::string operation_id(const Route::Description& route) {
    std::string id;
    for (const char letter : route.method) id += static_cast<char>(letter + ('a' - 'A'));
    for (const char letter : route.path) {
        const bool plain = std::isalnum(static_cast<unsigned char>(letter)) != 0;
        if (plain) id += letter;
        if (!plain && id.back() != '_' && letter != '}') id += '_';
    }
    while (id.back() == '_') id.pop_back();
    return id;
}

Json operation(const Route::Description& route) {
    Json parameters = path_entries(route);
    for (Json& entry : parameter_entries(route.query_schema, "query")) parameters.push_back(std::move(entry));
    Json operation = {{"operationId", operation_id(route)}, {"summary", route.sentence}};
    operation["x-permission"] = route.permission.name;
    if (!route.permission.role.empty()) operation["x-role"] = route.permission.role;
    if (route.open) operation["x-websocket"] = true;
    if (!parameters.empty()) operation["parameters"] = std::move(parameters);
    if (route.body) {
        operation["requestBody"] = {{"required", true},
                                    {"content", {{"application/json", {{"schema", json_schema_of(*route.body)}}}}}};
    } else if (!route.bytes_taken.empty()) {
        operation["requestBody"] = {
            {"description", route.bytes_taken},
            {"content", {{"application/octet-stream", {{"schema", {{"type", "string"}, {"format", "binary"}}}}}}}};
    }
    operation["responses"] = answers_of(route);
    operation["security"] = Json::array();
    if (route.permission != kForEverybody) {
        operation["security"].push_back({{route.permission.role == "node" ? "node" : "token", Json::array()}});
    }
    return operation;
}

Json problem_form() {
    const Json text = {{"type", "string"}};
    const Json fault = {
        {"type", "object"},
        {"properties",
         {{"code", text}, {"path", text}, {"message", text}, {"found", text}, {"allowed", text}, {"nearest", text}}}};
    const Json codes = {"failed",      "invalid",     "not_found",   "denied",
                        "unavailable", "wrong_state", "unsupported", "cancelled"};
    return {{"type", "object"},
            {"required", {"code", "title", "status", "detail", "faults", "request"}},
            {"properties",
             {{"type", text},
              {"code", {{"type", "string"}, {"enum", codes}}},
              {"title", text},
              {"status", {{"type", "integer"}}},
              {"detail", text},
              {"reason", text},
              {"faults", {{"type", "array"}, {"items", fault}}},
              {"request", text}}}};
}

Json problem_answers() {
    const Json problem = {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}};
    Json answers = Json::object();
    for (const auto& [status, sentence] : kRefusals)
        answers[fmt::format("Problem{}", status)] = {{"description", sentence}, {"content", problem}};
    return answers;
}

}  // namespace

Json json_form_of(ParamType type) {
    Json form = Json::object();
    if (const std::string_view word = json_type(type); !word.empty()) form["type"] = word;
    return is_list_type(type) ? Json{{"type", "array"}, {"items", std::move(form)}} : form;
}

Json json_schema_of(const Schema& schema) {
    Json properties = Json::object(), required = Json::array();
    for (const Param& param : schema.params()) {
        properties[param.name] = param_form(param);
        if (!param.fallback) required.push_back(param.name);
    }
    Json form = {{"type", "object"}, {"title", schema.name()}, {"description", schema.sentence()}};
    form["properties"] = std::move(properties);
    if (!required.empty()) form["required"] = std::move(required);
    form["additionalProperties"] = false;
    return form;
}

Json openapi_document(const std::vector<Route>& routes, const std::string& title, const std::string& version) {
    Json paths = Json::object();
    for (const Route& route : routes) {
        std::string method;
        for (const char letter : route.described().method) method += static_cast<char>(letter + ('a' - 'A'));
        paths[route.described().path][method] = operation(route.described());
    }
    return {{"openapi", "3.1.0"},
            {"info", {{"title", title}, {"version", version}}},
            {"paths", std::move(paths)},
            {"components",
             {{"schemas", {{"Problem", problem_form()}}},
              {"responses", problem_answers()},
              {"securitySchemes",
               {{"token", {{"type", "http"}, {"scheme", "bearer"}}},
                {"node", {{"type", "http"}, {"scheme", "bearer"}}}}}}}};
}

}  // namespace goetia
