// What a caller asks of a list: a filter, an order, a page. The filter's text is the API's `q`:
//
//   state=running metrics.val/loss<0.3 config.optimizer.lr>=0.001 tag=baseline name~"two words"
//
// Conditions are joined by spaces (and). Operators: = != < <= > >= and ~ (contains). A value that is a number is
// compared as one with numbers; != also finds what has no value. Quotes hold spaces and operators, with \" and
// \\ inside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace goetia {

using ListValue = std::variant<std::monostate, double, std::string>;

enum class ListOperator { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kContains };

struct ListCondition {
    std::string field;
    ListOperator op = ListOperator::kEqual;
    std::string text;              // as it is written
    std::optional<double> number;  // when it is one, and was not quoted
};

struct ListQuery {
    std::vector<ListCondition> conditions;
    std::string sort;  // a field; empty: by id
    bool descending = false;
    std::size_t limit = 50;
    std::string cursor;  // the `next` of the page before; empty: the first page
};

// The fields of a list: plain names ("state"), and prefixes with a dot below which any name is allowed ("metrics.").
struct ListFields {
    std::vector<std::string> plain, prefixes;
};

constexpr std::size_t kMostListed = 1000;      // items of a page
constexpr std::size_t kMostConditions = 64;    // of a filter
constexpr std::size_t kLongestFilter = 16384;  // bytes

// All faults at once, each with the path "q" or "sort"; unknown plain fields with the nearest known one.
Result<std::vector<ListCondition>> parse_filter(std::string_view q, const ListFields& fields);

// `sort`: a field, after a '-' for descending.
Result<ListQuery> parse_list_query(std::string_view q, std::string_view sort, const ListFields& fields);

}  // namespace goetia
