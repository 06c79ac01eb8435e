// One override of the command line: "a.b=v", "+a.b=v", "++a.b=v", "~a.b", "group=x", "group@package=x", with every form
// of value Hydra knows: words, quotes, lists, maps, casts and sweeps.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace goetia::config {

struct Sweep;

struct Value {
    enum class Kind { kScalar, kList, kMap, kSweep };
    struct Entry;  // {key, value}

    Kind kind = Kind::kScalar;
    Json scalar;
    char quote = 0;  // ' or " when the text was quoted
    std::vector<Value> items;
    std::vector<Entry> entries;
    std::shared_ptr<Sweep> sweep;

    static Value of(Json scalar, char quote = 0);
    static Value of(Sweep sweep);

    [[nodiscard]] bool is_text() const { return kind == Kind::kScalar && scalar.is_string(); }
    [[nodiscard]] Json to_json() const;  // not of a sweep
};

struct Value::Entry {
    Json key;
    Value value;
};

struct Sweep {
    enum class Kind { kChoice, kRange, kInterval, kGlob };

    Kind kind = Kind::kChoice;
    std::vector<Value> choices;
    bool simple = false;  // a,b,c without choice()
    bool shuffled = false;
    Json start, stop, step;                     // of a range or an interval
    std::vector<std::string> include, exclude;  // of a glob
};

struct Override {
    enum class Type { kChange, kAdd, kForceAdd, kDelete };

    Type type = Type::kChange;
    std::string key;                     // "a.b" or a group "db/mysql"
    std::optional<std::string> package;  // after '@'
    bool has_value = false;              // "~a" has none
    Value value;
    std::string line;  // as the user wrote it

    [[nodiscard]] bool is_sweep() const { return value.kind == Value::Kind::kSweep; }
    [[nodiscard]] std::string key_element() const;  // with its prefix and package: "+db@x"
};

Result<Override> parse_override(const std::string& line);

// All of them, every fault at once.
Result<std::vector<Override>> parse_overrides(const std::vector<std::string>& lines);

// A value written so that it parses to itself again.
std::string value_text(const Value& value);

// "name(arguments)" evaluated; override_functions.cpp lists the functions.
struct Call {
    std::string name;
    std::vector<Value> positional;
    std::vector<std::pair<std::string, Value>> named;
};
Result<Value> evaluate(Call call);

// The numbers of a range, as Python's range() and Hydra's float ranges count them.
Result<std::vector<Value>> range_values(const Sweep& range);

}  // namespace goetia::config
