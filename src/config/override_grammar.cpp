#include "config/override_grammar.h"

#include <algorithm>

#include "base/utf8.h"
#include "config/value_parser.h"

namespace goetia::config {
namespace {

bool is_key_letter(char c, bool first) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
    return letter || (!first && ((c >= '0' && c <= '9') || c == '-'));
}

bool is_key_step(std::string_view step, bool number_allowed) {
    if (step.empty()) return false;
    if (number_allowed && step.find_first_not_of("0123456789_") == std::string_view::npos && step[0] != '_')
        return step == "0" || step[0] != '0';
    if (!is_key_letter(step[0], true)) return false;
    return std::all_of(step.begin() + 1, step.end(), [](char c) { return is_key_letter(c, false); });
}

// "a.b", "$x", "" (the whole document).
bool is_package(std::string_view text) {
    if (text.empty()) return true;
    const bool dotted = text.find('.') != std::string_view::npos;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t end = std::min(text.find('.', start), text.size());
        if (!is_key_step(text.substr(start, end - start), dotted)) return false;
        start = end + 1;
    }
    return true;
}

bool is_group(std::string_view text) {
    if (text.find('/') == std::string_view::npos || text.find('$') != std::string_view::npos) return false;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t end = std::min(text.find('/', start), text.size());
        if (!is_key_step(text.substr(start, end - start), false)) return false;
        start = end + 1;
    }
    return true;
}

Result<Override> parse_line(const std::string& line) {
    Override parsed{.line = line};
    std::string_view rest = line;
    if (rest.starts_with("++")) parsed.type = Override::Type::kForceAdd, rest.remove_prefix(2);
    else if (rest.starts_with("+")) parsed.type = Override::Type::kAdd, rest.remove_prefix(1);
    else if (rest.starts_with("~")) parsed.type = Override::Type::kDelete, rest.remove_prefix(1);

    const std::size_t equal = rest.find('=');
    std::string_view key = rest.substr(0, equal);
    if (equal == std::string_view::npos && parsed.type != Override::Type::kDelete) {
        return invalid(
            "has no '='; write KEY=VALUE; a list such as a=1,2 has no spaces after its commas, unless the whole "
            "override is quoted");
    }
    if (const std::size_t at = key.find('@'); at != std::string_view::npos) {
        parsed.package = std::string(key.substr(at + 1));
        key = key.substr(0, at);
        if (!is_package(*parsed.package))
            return invalid("'{}' is not a package; write words joined by dots", *parsed.package);
    }
    if (!is_package(key) && !is_group(key))
        return invalid("'{}' is not a key; write words joined by dots (a.b), or a group with slashes (db/engine)", key);
    parsed.key = std::string(key);
    if (equal == std::string_view::npos) return parsed;

    parsed.has_value = true;
    std::string_view value = rest.substr(equal + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    if (value.empty()) {
        parsed.value = Value::of("");
        return parsed;
    }
    GOETIA_ASSIGN(parsed.value, parse_value(value));
    return parsed;
}

}  // namespace

std::string Override::key_element() const {
    static constexpr std::string_view kPrefixes[] = {"", "+", "++", "~"};
    return fmt::format("{}{}{}", kPrefixes[static_cast<int>(type)], key, package ? "@" + *package : "");
}

Result<Override> parse_override(const std::string& line) {
    if (const auto bad = first_invalid_utf8(line))
        return invalid("override '{}...': the byte 0x{:02x} that follows is not UTF-8", line.substr(0, *bad),
                       static_cast<unsigned char>(line[*bad]));
    auto parsed = parse_line(line);
    if (!parsed) return std::move(parsed).error().within(fmt::format("override '{}'", line));
    return parsed;
}

Result<std::vector<Override>> parse_overrides(const std::vector<std::string>& lines) {
    std::vector<Override> parsed;
    std::vector<Error> errors;
    for (const std::string& line : lines) {
        auto one = parse_override(line);
        if (one) parsed.push_back(*std::move(one));
        else errors.push_back(std::move(one).error());
    }
    if (errors.empty()) return parsed;
    if (errors.size() == 1) return std::move(errors[0]);
    Error all = invalid("{} overrides cannot be read", errors.size());
    for (Error& error : errors) all.faults.push_back({.message = std::move(error.message)});
    return all;
}

}  // namespace goetia::config
