// Values of a COCO file that are what they should be, or nothing; and where in the file one stands.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include <simdjson.h>

namespace goetia::coco {

namespace ondemand = simdjson::ondemand;

// The line a place in the text is on, counted onwards from the place before.
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

// 64.0 is a whole number too: some writers know no others. Beyond 2^53 decimals no longer name each one.
inline std::optional<std::int64_t> whole(ondemand::value value) {
    constexpr double kExact = 9007199254740992.0;
    std::int64_t number = 0;
    if (value.get_int64().get(number) == simdjson::SUCCESS) return number;
    double real = 0;
    if (value.get_double().get(real) != simdjson::SUCCESS) return std::nullopt;
    if (real != std::floor(real) || std::abs(real) > kExact) return std::nullopt;
    return static_cast<std::int64_t>(real);
}

inline std::optional<double> real(ondemand::value value) {
    double number = 0;
    if (value.get_double().get(number) != simdjson::SUCCESS) return std::nullopt;
    return number;
}

inline std::optional<std::string> words(ondemand::value value) {
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
    return std::string(text);
}

// Adds a member to `into` as the file writes it: "license":3,"url":"a"
inline void keep_as_written(ondemand::raw_json_string key, ondemand::value value, std::string& into) {
    const char* end = key.raw();
    while (*end != '"') end += *end == '\\' ? 2 : 1;
    std::string_view raw;
    if (simdjson::to_json_string(value).get(raw) != simdjson::SUCCESS) return;  // whoever walks on tells what is broken
    const std::string_view name(key.raw(), static_cast<std::size_t>(end - key.raw()));
    while (!raw.empty() && (raw.back() == ' ' || raw.back() == '\n' || raw.back() == '\r' || raw.back() == '\t'))
        raw.remove_suffix(1);
    if (!into.empty()) into += ',';
    into.append("\"").append(name).append("\":").append(raw);
}

// The value as the file writes it, cut to a length that fits a message.
inline std::string as_written(ondemand::value value) {
    constexpr std::size_t kShown = 40;
    std::string_view raw;
    if (simdjson::to_json_string(value).get(raw) != simdjson::SUCCESS) return "what is no JSON";
    while (!raw.empty() && (raw.back() == ' ' || raw.back() == '\n' || raw.back() == '\r')) raw.remove_suffix(1);
    if (raw.size() <= kShown) return std::string(raw);
    std::size_t cut = kShown;
    while (cut > 0 && (static_cast<unsigned char>(raw[cut]) & 0xC0) == 0x80) --cut;  // not within a letter
    return std::string(raw.substr(0, cut)) + " ...";
}

}  // namespace goetia::coco
