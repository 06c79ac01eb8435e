// The checked, completed parameters a component is made from. A name that the schema does not declare is a mistake of
// ours and ends the program in a debug build; the user's mistakes were told before.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace goetia {

class Args {
  public:
    explicit Args(Json values) : values_(std::move(values)) {}

    template <class T>
    [[nodiscard]] T get(const std::string& name) const {
        return values_.at(name).get<T>();
    }

    [[nodiscard]] bool is_null(const std::string& name) const { return values_.at(name).is_null(); }
    [[nodiscard]] bool flag(const std::string& name) const { return get<bool>(name); }
    [[nodiscard]] double number(const std::string& name) const { return get<double>(name); }
    [[nodiscard]] std::int64_t integer(const std::string& name) const { return get<std::int64_t>(name); }
    [[nodiscard]] std::string text(const std::string& name) const { return get<std::string>(name); }

    // A list parameter; one value given in its place is repeated `length` times.
    template <class T>
    [[nodiscard]] std::vector<T> list(const std::string& name, std::size_t length = 1) const {
        const Json& value = values_.at(name);
        return value.is_array() ? value.get<std::vector<T>>() : std::vector<T>(length, value.get<T>());
    }

    [[nodiscard]] const Json& json() const { return values_; }

  private:
    Json values_;
};

}  // namespace goetia
