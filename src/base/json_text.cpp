#include "base/json_text.h"

#include "base/json.h"
#include "base/json_syntax_error.h"

namespace goetia {

Result<Json> parse_json(std::string_view text, std::string_view source) {
    Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_discarded()) return json;
    const JsonSyntaxError at =
        find_json_syntax_error(text).value_or(JsonSyntaxError{.line = 1, .column = 1, .why = "not JSON"});
    return invalid("'{}' is not JSON: line {}, column {}: {}", source, at.line, at.column, at.why);
}

std::string json_text(const Json& json) { return json_text(json, -1); }

std::string json_text(const Json& json, int indent) {
    return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace goetia
