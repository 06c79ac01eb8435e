// The value of an override: everything that Hydra's grammar allows after "KEY=".
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"

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
    std::vector<std::string> tags;              // of tag(): "log" makes a search sample an interval by its logarithm
};

// Formats a value so that it parses to itself again; not for a sweep.
std::string value_text(const Value& value);

}  // namespace goetia::config
