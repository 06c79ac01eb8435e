// The checked and completed parameters that a component is constructed from. Asking for a name that the schema does not
// declare is a programming error and aborts a debug build; the user's mistakes were reported earlier.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/json_fwd.h"

namespace goetia {

// The element types of list parameters.
template <class T>
concept ListItem = std::same_as<T, double> || std::same_as<T, float> || std::same_as<T, int> ||
                   std::same_as<T, std::int64_t> || std::same_as<T, std::string>;

class Args {
  public:
    explicit Args(Json values);

    [[nodiscard]] bool is_null(const std::string& name) const;
    [[nodiscard]] bool flag(const std::string& name) const;
    [[nodiscard]] double number(const std::string& name) const;
    [[nodiscard]] std::int64_t integer(const std::string& name) const;
    [[nodiscard]] std::string text(const std::string& name) const;

    // A list parameter; a single value given in its place is repeated `length` times.
    template <ListItem T>
    [[nodiscard]] std::vector<T> list(const std::string& name, std::size_t length = 1) const;

    // For every other type; the calling file includes base/json.h.
    template <class T, class Value = Json>
    [[nodiscard]] T get(const std::string& name) const {
        const Value& value = at(name);
        return value.template get<T>();
    }

    [[nodiscard]] const Json& at(const std::string& name) const;
    [[nodiscard]] const Json& json() const { return *values_; }

  private:
    std::shared_ptr<const Json> values_;  // immutable, so copies share it
};

extern template std::vector<double> Args::list<double>(const std::string&, std::size_t) const;
extern template std::vector<float> Args::list<float>(const std::string&, std::size_t) const;
extern template std::vector<int> Args::list<int>(const std::string&, std::size_t) const;
extern template std::vector<std::int64_t> Args::list<std::int64_t>(const std::string&, std::size_t) const;
extern template std::vector<std::string> Args::list<std::string>(const std::string&, std::size_t) const;

}  // namespace goetia
