// Values of a document by the names on the way to them.
#pragma once

#include <initializer_list>

#include "base/json.h"

namespace goetia {

// A member of a nested object, or nothing where a level is missing or is no object.
inline const Json* member(const Json& document, std::initializer_list<const char*> path) {
    const Json* at = &document;
    for (const char* name : path) {
        if (!at->is_object() || !at->contains(name)) return nullptr;
        at = &(*at)[name];
    }
    return at;
}

template <class T>
T value_or(const Json& document, std::initializer_list<const char*> path, T fallback) {
    const Json* found = member(document, path);
    try {
        return found == nullptr || found->is_null() ? fallback : found->get<T>();
    } catch (const Json::exception&) {
        return fallback;  // a document that was checked has no other type here but a reference
    }
}

}  // namespace goetia
