// Access to the values of a document by dotted path: "training.ema.enabled", "dataset.data_roots.0".
#pragma once

#include <string_view>

#include "base/json.h"

namespace goetia {

// The value, which may be null, or nullptr when the document does not contain the path.
const Json* find_at(const Json& document, std::string_view path);
Json* find_at(Json& document, std::string_view path);

// The same, with null when the path is absent.
const Json& section_at(const Json& document, std::string_view path);

// The value as a T, or `fallback` when it is absent or null.
template <class T>
T value_at(const Json& document, std::string_view path, T fallback) {
    const Json& value = section_at(document, path);
    return value.is_null() ? fallback : value.get<T>();
}

// The same for keys that may hold another type ("auto" in place of a number, a reference not resolved yet), for which
// `fallback` is returned too.
template <class T>
T value_of_type_at(const Json& document, std::string_view path, T fallback) {
    try {
        return value_at(document, path, fallback);
    } catch (const Json::type_error&) {
        return fallback;
    }
}

// The value as a T; throws std::out_of_range naming the path when it is absent.
const Json& required_at(const Json& document, std::string_view path);
template <class T>
T value_at(const Json& document, std::string_view path) {
    return required_at(document, path).get<T>();
}

}  // namespace goetia
