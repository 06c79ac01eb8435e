// Typed access to the values of a COCO file, and line numbers in it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include <simdjson.h>

namespace goetia::coco {

namespace ondemand = simdjson::ondemand;

// Line number of a position in the text; positions must not decrease.
class LineCounter {
  public:
    explicit LineCounter(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

    int line_of(const char* place) {
        if (place == nullptr || place < at_ || place > end_) return line_;
        line_ += static_cast<int>(std::count(at_, place, '\n'));
        at_ = place;
        return line_;
    }

  private:
    const char* at_;
    const char* end_;
    int line_ = 1;
};

// 64.0 counts as an integer: some writers emit only floating-point numbers. Beyond 2^53 not every integer has a double.
inline std::optional<std::int64_t> as_integer(ondemand::value value) {
    constexpr double kExact = 9007199254740992.0;
    std::int64_t number = 0;
    if (value.get_int64().get(number) == simdjson::SUCCESS) return number;
    double real = 0;
    if (value.get_double().get(real) != simdjson::SUCCESS) return std::nullopt;
    if (real != std::floor(real) || std::abs(real) > kExact) return std::nullopt;
    return static_cast<std::int64_t>(real);
}

inline std::optional<double> as_number(ondemand::value value) {
    double number = 0;
    if (value.get_double().get(number) != simdjson::SUCCESS) return std::nullopt;
    return number;
}

inline std::optional<std::string> as_string(ondemand::value value) {
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
    return std::string(text);
}

// Appends a member to `into` verbatim: "license":3,"url":"a"
inline void keep_raw_member(ondemand::raw_json_string key, ondemand::value value, std::string& into) {
    const char* end = key.raw();
    while (*end != '"') end += *end == '\\' ? 2 : 1;
    std::string_view raw;
    if (simdjson::to_json_string(value).get(raw) != simdjson::SUCCESS) return;  // the caller reports the broken JSON
    const std::string_view name(key.raw(), static_cast<std::size_t>(end - key.raw()));
    while (!raw.empty() && (raw.back() == ' ' || raw.back() == '\n' || raw.back() == '\r' || raw.back() == '\t'))
        raw.remove_suffix(1);
    if (!into.empty()) into += ',';
    into.append("\"").append(name).append("\":").append(raw);
}

// The raw text of the value, truncated to fit a message.
inline std::string raw_text(ondemand::value value) {
    constexpr std::size_t kShown = 40;
    std::string_view raw;
    if (simdjson::to_json_string(value).get(raw) != simdjson::SUCCESS) return "invalid JSON";
    while (!raw.empty() && (raw.back() == ' ' || raw.back() == '\n' || raw.back() == '\r')) raw.remove_suffix(1);
    if (raw.size() <= kShown) return std::string(raw);
    std::size_t cut = kShown;
    while (cut > 0 && (static_cast<unsigned char>(raw[cut]) & 0xC0) == 0x80) --cut;  // not inside a UTF-8 character
    return std::string(raw.substr(0, cut)) + " ...";
}

}  // namespace goetia::coco
