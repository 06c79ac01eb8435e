#include "datasets/formats/coco_walk.h"

#include <utility>

#include <fmt/format.h>

#include "base/json_syntax_error.h"
#include "datasets/formats/coco_file.h"

namespace goetia::coco {
namespace {

bool has_lines(std::string_view json) {
    const std::size_t first = json.find('\n');
    return first != std::string_view::npos && json.find_first_not_of(" \r\n", first) != std::string_view::npos;
}

}  // namespace

Walk::Walk(std::string_view json, const std::string& name, std::vector<Finding>& findings)
    : json_(json), name_(name), findings_(findings), lines_(json), has_lines_(has_lines(json)) {}

bool Walk::begin() {
    const simdjson::padded_string_view padded(json_.data(), json_.size(), json_.size() + kJsonPadding);
    const auto error = parser_.iterate(padded).get(document_);
    if (error) report_syntax_error(error);
    return begun_ = !error;
}

void Walk::rewind() {
    document_.rewind();
    lines_ = LineCounter(json_);
}

int Walk::line() {
    if (!has_lines_) return 0;
    const char* place = nullptr;
    if (!begun_ || document_.current_location().get(place) != simdjson::SUCCESS) place = nullptr;
    return lines_.line_of(place);
}

bool Walk::has_trailing_data() {
    const char* left = nullptr;
    return document_.current_location().get(left) == simdjson::SUCCESS;
}

void Walk::report(FindingKind kind, int line, std::string id, std::string found, std::string fix) {
    findings_.push_back({.kind = kind,
                         .file = name_,
                         .line = line,
                         .id = std::move(id),
                         .found = std::move(found),
                         .fix = std::move(fix)});
}

// The fast parser knows what is wrong, but not always where; a second parse finds it. This replaces all earlier
// findings, which may only be consequences of it.
void Walk::report_syntax_error(simdjson::error_code error) {
    broken_ = true;
    const auto place = find_json_syntax_error(json_);
    findings_.clear();
    const std::string where = place ? fmt::format(" at line {}, column {}: {}", place->line, place->column, place->why)
                                    : fmt::format(": {}", simdjson::error_message(error));
    report(FindingKind::kBadSyntax, place ? static_cast<int>(place->line) : line(), {},
           "the file is not valid JSON" + where, "write it again, or use an intact copy");
}

bool Walk::report_wrong_type(int line, std::string found, std::string fix) {
    if (!valid_json_) valid_json_ = !find_json_syntax_error(json_);
    if (*valid_json_) report(FindingKind::kBadSyntax, line, {}, std::move(found), std::move(fix));
    else report_syntax_error(simdjson::TAPE_ERROR);
    return !broken_;
}

bool Walk::is_list(simdjson::simdjson_result<ondemand::value> value, std::string_view key, ondemand::array& list) {
    const auto error = value.get_array().get(list);
    if (error == simdjson::INCORRECT_TYPE)
        report_wrong_type(line(), fmt::format("'{}' is not a list", key), "write a list of objects");
    else if (error != simdjson::SUCCESS) report_syntax_error(error);
    return error == simdjson::SUCCESS;
}

bool Walk::is_object(ondemand::value element, std::string_view key, int at, ondemand::object& object) {
    const auto error = element.get_object().get(object);
    if (error == simdjson::INCORRECT_TYPE)
        report_wrong_type(at, fmt::format("'{}' contains {}, which is not an object", key, raw_text(element)),
                          "remove it");
    else if (error != simdjson::SUCCESS) report_syntax_error(error);
    return error == simdjson::SUCCESS;
}

}  // namespace goetia::coco
