#include "master/store/list_query.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/nearest.h"
#include "base/utf8.h"

namespace goetia {
namespace {

struct OperatorName {
    std::string_view text;
    ListOperator op;
};

// The longer ones first: "<=" is not "<" before a "=".
constexpr std::array<OperatorName, 7> kOperators{{{"!=", ListOperator::kNotEqual},
                                                  {"<=", ListOperator::kLessOrEqual},
                                                  {">=", ListOperator::kGreaterOrEqual},
                                                  {"=", ListOperator::kEqual},
                                                  {"<", ListOperator::kLess},
                                                  {">", ListOperator::kGreater},
                                                  {"~", ListOperator::kContains}}};

const OperatorName* operator_at(std::string_view text) {
    const auto* found = std::ranges::find_if(kOperators, [&](const auto& one) { return text.starts_with(one.text); });
    return found == kOperators.end() ? nullptr : found;
}

struct Word {
    std::string text;
    bool is_quoted = false;
    bool is_closed = true;
};

// Up to a space, or to an operator when one may follow.
Word take_word(std::string_view& rest, bool stops_at_operator) {
    Word word;
    while (!rest.empty() && rest[0] != ' ' && !(stops_at_operator && operator_at(rest) != nullptr)) {
        if (rest[0] != '"') {
            word.text += rest[0];
            rest.remove_prefix(1);
            continue;
        }
        word.is_quoted = true, word.is_closed = false;
        rest.remove_prefix(1);
        while (!rest.empty() && !word.is_closed) {
            if (rest[0] == '\\' && rest.size() > 1) rest.remove_prefix(1), word.text += rest[0];
            else if (rest[0] == '"') word.is_closed = true;
            else word.text += rest[0];
            rest.remove_prefix(1);
        }
    }
    return word;
}

std::optional<double> number_in(const std::string& text) {
    double number = 0;
    const char* begin = text.data();
    const char* end = begin + text.size();
    if (begin != end && *begin == '+') ++begin;
    const auto [stop, fault] = std::from_chars(begin, end, number);
    return fault == std::errc() && stop == end && begin != end ? std::optional(number) : std::nullopt;
}

Fault filter_fault(std::string message, std::string found, std::string allowed) {
    return {.path = "q", .message = std::move(message), .found = std::move(found), .allowed = std::move(allowed)};
}

bool is_listed_field(const std::string& field, const ListFields& fields) {
    return std::ranges::find(fields.plain, field) != fields.plain.end() ||
           std::ranges::any_of(fields.prefixes, [&](const std::string& prefix) {
               return field.starts_with(prefix) && field.size() > prefix.size();
           });
}

Fault unknown_field(const char* path, const std::string& field, const ListFields& fields) {
    std::vector<std::string> allowed = fields.plain;
    for (const std::string& prefix : fields.prefixes) allowed.push_back(prefix + "NAME");
    return {.path = path,
            .message = "there is no such field",
            .found = fmt::format("'{}'", escape_invalid_utf8(field)),
            .allowed = fmt::format("{}", fmt::join(allowed, ", ")),
            .nearest = nearest_name(field, fields.plain)};
}

// One condition, or a fault.
std::optional<Fault> take_condition(std::string_view& rest, const ListFields& fields,
                                    std::vector<ListCondition>& conditions) {
    const std::string_view begin = rest;
    Word field = take_word(rest, true);
    const OperatorName* found = operator_at(rest);
    if (found == nullptr) {
        const std::string word(begin.substr(0, begin.size() - rest.size()));
        return field.is_closed
                   ? filter_fault("a condition is a field, an operator and a value", fmt::format("'{}'", word),
                                  "as in state=running or metrics.val/loss<0.3, joined by spaces")
                   : filter_fault("a quote is not closed", fmt::format("'{}'", word), "");
    }
    rest.remove_prefix(found->text.size());
    Word value = take_word(rest, false);
    const std::string all(begin.substr(0, begin.size() - rest.size()));
    if (!field.is_closed || !value.is_closed)
        return filter_fault("a quote is not closed", fmt::format("'{}'", all), "");
    if (value.text.empty() && !value.is_quoted)
        return filter_fault("a condition has no value", fmt::format("'{}'", all), "\"\" for an empty text");
    if (!is_listed_field(field.text, fields)) return unknown_field("q", field.text, fields);
    const std::optional<double> number = value.is_quoted ? std::nullopt : number_in(value.text);
    conditions.push_back({std::move(field.text), found->op, std::move(value.text), number});
    return std::nullopt;
}

}  // namespace

Result<std::vector<ListCondition>> parse_filter(std::string_view q, const ListFields& fields) {
    if (q.size() > kLongestFilter) return invalid("the filter has {} bytes; allowed are {}", q.size(), kLongestFilter);
    if (first_invalid_utf8(q)) return invalid("the filter is not UTF-8: '{}'", escape_invalid_utf8(q.substr(0, 80)));
    std::vector<ListCondition> conditions;
    Error error = invalid("the filter '{}' is not usable", q);
    for (;;) {
        while (q.starts_with(' ')) q.remove_prefix(1);
        if (q.empty()) break;
        if (conditions.size() + error.faults.size() == kMostConditions) {
            error.faults.push_back(
                filter_fault("there are too many conditions", "more", fmt::format("{}", kMostConditions)));
            break;
        }
        if (auto fault = take_condition(q, fields, conditions)) error.faults.push_back(*std::move(fault));
    }
    if (!error.faults.empty()) return error;
    return conditions;
}

Result<ListQuery> parse_list_query(std::string_view q, std::string_view sort, const ListFields& fields) {
    auto conditions = parse_filter(q, fields);
    ListQuery query;
    query.descending = sort.starts_with('-');
    query.sort = sort.substr(query.descending ? 1 : 0);
    if (!query.sort.empty() && !is_listed_field(query.sort, fields)) {
        Error error = conditions ? invalid("the list cannot be sorted by '{}'", escape_invalid_utf8(query.sort))
                                 : std::move(conditions).error();
        error.faults.push_back(unknown_field("sort", query.sort, fields));
        return error;
    }
    if (!conditions) return std::move(conditions).error();
    query.conditions = *std::move(conditions);
    return query;
}

}  // namespace goetia
