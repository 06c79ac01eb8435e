// A COCO file's JSON, gone through once from member to member: on which line one stands, where it breaks off, and what
// stands where something else belongs.
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
    // `json` has bytes behind it that the reader may read (kJsonPadding).
    Walk(std::string_view json, const std::string& name, std::vector<Finding>& findings);

    // Each begins at the top of the file. False: it is no JSON, which is told.
    bool begin();
    void begin_again();
    [[nodiscard]] ondemand::document& document() { return document_; }
    // The JSON broke off; there is no going on.
    [[nodiscard]] bool broken() const { return broken_; }
    // The line one stands on; 0 in a file that is all one line, where its number says nothing.
    int line();
    // Whether something follows the JSON's end.
    [[nodiscard]] bool goes_on();

    void tell(FindingKind kind, int line, std::string id, std::string found, std::string fix);
    void tell_break(simdjson::error_code error);
    // A value of another kind than belongs there, as JSON that breaks off earlier makes them too; false when it does.
    bool tell_misplaced(int line, std::string found, std::string fix);

    // Calls visit(key, value) for each member.
    template <class Visit>
    void each_member(ondemand::object object, Visit&& visit) {
        for (auto one : object) {
            ondemand::field field;
            if (const auto error = std::move(one).get(field)) return tell_break(error);
            visit(field.key(), field.value());
        }
    }

    // Calls visit(object, line) for each object of the list called `key`. False when the JSON breaks off.
    template <class Visit>
    bool each_object(simdjson::simdjson_result<ondemand::value> value, std::string_view key, Visit&& visit) {
        ondemand::array list;
        if (!is_list(value, key, list)) return !broken_;
        for (auto one : list) {
            ondemand::value element;
            ondemand::object object;
            if (const auto error = one.get(element)) return tell_break(error), false;
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
    std::optional<bool> whole_json_;  // once it was looked
    ondemand::parser parser_;
    ondemand::document document_;
};

}  // namespace goetia::coco
