// Values of a document by their dotted path: "training.ema.enabled", "dataset.data_roots.0".
#pragma once

#include <string_view>

#include "base/json.h"

namespace goetia {

// The value, or nullptr where the document does not hold the path; what it holds may be null.
const Json* find_at(const Json& document, std::string_view path);
Json* find_at(Json& document, std::string_view path);

// The same, with null for what is not there.
const Json& section_at(const Json& document, std::string_view path);

// The value as a T, or `otherwise` where the document says nothing or null.
template <class T>
T value_at(const Json& document, std::string_view path, T otherwise) {
    const Json& value = section_at(document, path);
    return value.is_null() ? otherwise : value.get<T>();
}

// The same where something else than a T may stand, which is `otherwise` too: "auto" for a number, or a reference that
// is not resolved yet.
template <class T>
T value_of_type_at(const Json& document, std::string_view path, T otherwise) {
    try {
        return value_at(document, path, otherwise);
    } catch (const Json::type_error&) {
        return otherwise;
    }
}

// The value as a T, which must be there; otherwise std::out_of_range that names the path.
const Json& required_at(const Json& document, std::string_view path);
template <class T>
T value_at(const Json& document, std::string_view path) {
    return required_at(document, path).get<T>();
}

}  // namespace goetia
