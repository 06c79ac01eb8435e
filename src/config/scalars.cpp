#include "config/scalars.h"

#include "base/json.h"
#include "base/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace goetia::config {
namespace {

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Each in three spellings: "yes", "Yes", "YES".
std::optional<bool> yaml_bool(std::string_view word) {
    if (one_of(word, {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})) return true;
    if (one_of(word, {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})) return false;
    return std::nullopt;
}

std::string without_underscores(std::string_view text) {
    std::string plain(text);
    std::erase(plain, '_');
    return plain;
}

std::optional<Json> integer_in_base(bool negative, const std::string& digits, int base) {
    std::uint64_t value = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (fault != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    if (!negative)
        return value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
                   ? Json(static_cast<std::int64_t>(value))
                   : Json(value);
    if (value > std::uint64_t{1} << 63U) return std::nullopt;
    return Json(static_cast<std::int64_t>(~value + 1));
}

// "1:30:00" is base 60.
double sexagesimal(const std::string& text) {
    double value = 0;
    std::size_t start = 0;
    while (start <= text.size()) {
        const std::size_t end = std::min(text.find(':', start), text.size());
        value = value * 60 + std::strtod(text.substr(start, end - start).c_str(), nullptr);
        start = end + 1;
    }
    return value;
}

// The type of the word, by YAML 1.1 with OmegaConf's wider floats. Only words that start like a number are passed.
enum class NumberForm { kNone, kBinary, kOctal, kDecimal, kHexadecimal, kSixties, kFloat, kFloatSixties };

// Hand-written: a std::regex takes milliseconds to construct, and every word of a document is tested.
class NumberReader {
  public:
    explicit NumberReader(std::string_view text) : text_(text) {}

    NumberForm form() {
        const bool sign = take("+-", 1) == 1;
        if (!sign && peek() == '.') return leading_point();
        const std::size_t body = at_;
        if (text_.substr(body, 2) == "0b" && all_from(body + 2, "01_")) return NumberForm::kBinary;
        if (text_.substr(body, 2) == "0x" && all_from(body + 2, "0123456789abcdefABCDEF_"))
            return NumberForm::kHexadecimal;
        if (!is_digit(peek())) return NumberForm::kNone;
        const std::size_t digits = take("0123456789_", std::string_view::npos);
        const std::string_view integer_digits = text_.substr(body, digits);
        if (at_ == text_.size()) return integer_form(integer_digits);
        if (peek() == '.') return after_point(body);
        if (peek() == ':') return sixties(integer_digits);
        return plain_digits(integer_digits) && exponent(false) ? NumberForm::kFloat : NumberForm::kNone;
    }

  private:
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    [[nodiscard]] bool done() const { return at_ == text_.size(); }

    std::size_t take(std::string_view set, std::size_t most) {
        const std::size_t start = at_;
        while (at_ < text_.size() && at_ - start < most && set.find(text_[at_]) != std::string_view::npos) ++at_;
        return at_ - start;
    }

    [[nodiscard]] bool all_from(std::size_t start, std::string_view set) const {
        return start < text_.size() && text_.find_first_not_of(set, start) == std::string_view::npos;
    }

    // Digits with single underscores between them.
    static bool plain_digits(std::string_view integer_digits) {
        return integer_digits.find("__") == std::string_view::npos && integer_digits.back() != '_';
    }

    static NumberForm integer_form(std::string_view integer_digits) {
        if (integer_digits == "0" || integer_digits[0] != '0') return NumberForm::kDecimal;
        return integer_digits.find_first_not_of("01234567_") == std::string_view::npos ? NumberForm::kOctal
                                                                                       : NumberForm::kNone;
    }

    // "e-3"; in ".5e-3" the sign is required, as in PyYAML.
    bool exponent(bool sign_required) {
        if (take("eE", 1) == 0) return false;
        if (take("+-", 1) == 0 && sign_required) return false;
        return take("0123456789", std::string_view::npos) > 0 && done();
    }

    NumberForm leading_point() {
        ++at_;
        if (!is_digit(peek())) return NumberForm::kNone;
        take("0123456789_", std::string_view::npos);
        return done() || exponent(true) ? NumberForm::kFloat : NumberForm::kNone;
    }

    NumberForm after_point(std::size_t body) {
        const bool plain = plain_digits(text_.substr(body, at_ - body));
        ++at_;
        take("0123456789_", std::string_view::npos);
        return done() || exponent(!plain) ? NumberForm::kFloat : NumberForm::kNone;
    }

    NumberForm sixties(std::string_view integer_digits) {
        while (peek() == ':') {
            ++at_;
            const std::size_t start = at_;
            const std::size_t count = take("0123456789", 2);
            if (count == 0 || (count == 2 && text_[start] > '5')) return NumberForm::kNone;
        }
        if (done()) return integer_digits[0] != '0' ? NumberForm::kSixties : NumberForm::kNone;
        if (take(".", 1) == 0) return NumberForm::kNone;
        take("0123456789_", std::string_view::npos);
        return done() ? NumberForm::kFloatSixties : NumberForm::kNone;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

constexpr double kTooLarge = 9223372036854775808.0;  // 2 to the 63rd

}  // namespace

std::optional<Json> plain_integer(std::string_view text) {
    const bool negative = !text.empty() && text[0] == '-';
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
    return integer_in_base(negative, without_underscores(text), 10);
}

std::optional<Json> yaml_scalar(std::string_view word) {
    if (one_of(word, {"", "~", "null", "Null", "NULL"})) return Json(nullptr);
    if (const auto flag = yaml_bool(word)) return Json(*flag);
    if (one_of(word, {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"}))
        return Json(std::numeric_limits<double>::infinity());
    if (one_of(word, {"-.inf", "-.Inf", "-.INF"})) return Json(-std::numeric_limits<double>::infinity());
    if (one_of(word, {".nan", ".NaN", ".NAN"})) return Json(std::numeric_limits<double>::quiet_NaN());

    const NumberForm form = NumberReader(word).form();
    if (form == NumberForm::kNone) return Json(std::string(word));
    const bool negative = word[0] == '-';
    std::string digits = without_underscores(word[0] == '-' || word[0] == '+' ? word.substr(1) : word);
    switch (form) {
        case NumberForm::kBinary: return integer_in_base(negative, digits.substr(2), 2);
        case NumberForm::kHexadecimal: return integer_in_base(negative, digits.substr(2), 16);
        case NumberForm::kOctal: return integer_in_base(negative, digits.substr(1), 8);
        case NumberForm::kDecimal: return integer_in_base(negative, digits, 10);
        case NumberForm::kSixties: {
            const double value = sexagesimal(digits);
            if (value >= kTooLarge) return std::nullopt;  // like any integer beyond 64 bits
            return Json(static_cast<std::int64_t>(value) * (negative ? -1 : 1));
        }
        case NumberForm::kFloatSixties: return Json(sexagesimal(digits) * (negative ? -1 : 1));
        default: {
            double value = 0;
            if (digits[0] == '.') digits.insert(0, "0");
            const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
            if (fault == std::errc::result_out_of_range)
                value = std::strtod(digits.c_str(), nullptr);  // inf or 0, as in Python
            return Json(negative ? -value : value);
        }
    }
}

bool looks_like_another_type(std::string_view word) {
    const auto typed = yaml_scalar(word);
    if (!typed || !typed->is_string()) return true;
    if (one_of(word, {"y", "Y", "n", "N", "=", "<<"})) return true;
    // YAML 1.2's octal, dates, and signed floats, which only some readers treat as numbers.
    const char first = word[0];
    return (is_digit(first) || first == '+' || first == '-' || first == '.') &&
           word.find_first_not_of("0123456789+-._:eExoTZabcdfABCDF ") == std::string_view::npos;
}

std::string yaml_float(double value) {
    if (std::isnan(value)) return ".nan";
    if (std::isinf(value)) return value < 0 ? "-.inf" : ".inf";
    std::string text = python_float(value);
    if (text.find('.') == std::string::npos) text.insert(std::min(text.find('e'), text.size()), ".0");
    return text;
}

std::string python_float(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
    // Python uses plain digits from 1e-4 up to 1e16 and exponents outside that range.
    const double size = std::abs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e16)) {
        std::array<char, 32> buffer{};
        const auto [end, fault] =
            std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
        return {buffer.data(), end};
    }
    std::array<char, 64> buffer{};
    const auto [end, fault] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
    std::string text(buffer.data(), end);
    return text.find('.') == std::string::npos ? text + ".0" : text;
}

namespace {

std::string python_repr(const Json& value) {
    if (!value.is_string()) return python_text(value);
    const auto& text = value.get_ref<const std::string&>();
    const char quote = text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
    std::string quoted(1, quote);
    for (const char c : text) {
        if (c == quote || c == '\\') quoted += '\\';
        if (c == '\n') quoted += "\\n";
        else quoted += c;
    }
    return quoted + quote;
}

}  // namespace

std::string python_text(const Json& value) {
    if (value.is_null()) return "None";
    if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
    if (value.is_number_float()) return python_float(value.get<double>());
    if (value.is_number()) return json_text(value);
    if (value.is_string()) return value.get<std::string>();
    std::string text;
    if (value.is_array()) {
        for (const Json& item : value) text += (text.empty() ? "" : ", ") + python_repr(item);
        return "[" + text + "]";
    }
    for (const auto& [key, item] : value.items())
        text += (text.empty() ? "" : ", ") + python_repr(Json(key)) + ": " + python_repr(item);
    return "{" + text + "}";
}

}  // namespace goetia::config
