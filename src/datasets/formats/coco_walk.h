// Traversal of a COCO file's JSON, member by member: tracks line numbers, and reports invalid JSON and values of the
// wrong type.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/formats/coco_json.h"
#include "datasets/validation/finding.h"

namespace goetia::coco {

class Walk {
  public:
    // `json` must be followed by kJsonPadding readable bytes.
    Walk(std::string_view json, const std::string& name, std::vector<Finding>& findings);

    // Each starts at the top of the file. False: the file is not JSON, which is reported.
    bool begin();
    void rewind();
    [[nodiscard]] ondemand::document& document() { return document_; }
    // The JSON is invalid; traversal cannot continue.
    [[nodiscard]] bool broken() const { return broken_; }
    // The current line; 0 if the whole file is a single line.
    int line();
    // Whether text follows the end of the JSON.
    [[nodiscard]] bool has_trailing_data();

    void report(FindingKind kind, int line, std::string id, std::string found, std::string fix);
    void report_syntax_error(simdjson::error_code error);
    // Reports a value of the wrong type, unless it is a consequence of invalid JSON further up; false in that case.
    bool report_wrong_type(int line, std::string found, std::string fix);

    // Calls visit(key, value) for each member.
    template <class Visit>
    void each_member(ondemand::object object, Visit&& visit) {
        for (auto one : object) {
            ondemand::field field;
            if (const auto error = std::move(one).get(field)) return report_syntax_error(error);
            visit(field.key(), field.value());
        }
    }

    // Calls visit(object, line) for each object of the list named `key`. False if the JSON is invalid.
    template <class Visit>
    bool each_object(simdjson::simdjson_result<ondemand::value> value, std::string_view key, Visit&& visit) {
        ondemand::array list;
        if (!is_list(value, key, list)) return !broken_;
        for (auto one : list) {
            ondemand::value element;
            ondemand::object object;
            if (const auto error = one.get(element)) return report_syntax_error(error), false;
            const int at = line();
            if (is_object(element, key, at, object)) visit(object, at);
            if (broken_) return false;
        }
        return true;
    }

  private:
    bool is_list(simdjson::simdjson_result<ondemand::value> value, std::string_view key, ondemand::array& list);
    bool is_object(ondemand::value element, std::string_view key, int at, ondemand::object& object);

    std::string_view json_;
    const std::string& name_;
    std::vector<Finding>& findings_;
    LineCounter lines_;
    bool has_lines_, begun_ = false, broken_ = false;
    std::optional<bool> valid_json_;  // once checked
    ondemand::parser parser_;
    ondemand::document document_;
};

}  // namespace goetia::coco
