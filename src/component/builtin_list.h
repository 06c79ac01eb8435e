// For the builtin_*.cpp files, which list components one line each: GOETIA_ADD(accuracy) declares add_accuracy(), which
// the component's own file defines, and enters it into `registry`. In a function that returns a Status.
#pragma once

#include <type_traits>

#include "base/result.h"

#define GOETIA_ADD_TO(list, name)                                \
    Status add_##name(std::remove_reference_t<decltype(list)>&); \
    GOETIA_TRY(add_##name(list))

#define GOETIA_ADD(name) GOETIA_ADD_TO(registry, name)
