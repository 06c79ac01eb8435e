// Where a stream can be cut so that what is appended after the cut is read as records of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace goetia {

using ReadBytes = std::function<Result<std::string>(std::int64_t from, std::int64_t to)>;

// The last border between two records at or before `at`: of a journal between its records, else after a line break (or
// `at` itself, when none is near).
Result<std::int64_t> record_border(std::string_view stream, std::int64_t at, const ReadBytes& read);

}  // namespace goetia
