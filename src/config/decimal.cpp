#include "config/decimal.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace goetia::config {
namespace {

constexpr std::size_t kPrecision = 28;

void trim(std::vector<int>& digits) {
    while (!digits.empty() && digits.back() == 0) digits.pop_back();
}

int compare_sizes(const std::vector<int>& a, const std::vector<int>& b) {
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
    for (std::size_t i = a.size(); i-- > 0;) {
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return 0;
}

std::vector<int> sum(const std::vector<int>& a, const std::vector<int>& b) {
    std::vector<int> digits;
    int carry = 0;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()) || carry > 0; ++i) {
        const int at = (i < a.size() ? a[i] : 0) + (i < b.size() ? b[i] : 0) + carry;
        digits.push_back(at % 10);
        carry = at / 10;
    }
    return digits;
}

// Requires a >= b.
std::vector<int> digits_of_difference(std::vector<int> a, const std::vector<int>& b) {
    int borrow = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        a[i] -= (i < b.size() ? b[i] : 0) + borrow;
        borrow = a[i] < 0 ? 1 : 0;
        a[i] += 10 * borrow;
    }
    trim(a);
    return a;
}

}  // namespace

Decimal::Decimal(double exact) {
    std::array<char, 800> text{};
    std::snprintf(text.data(), text.size(), "%.766e", exact);  // no double has more digits
    std::string digits(text.data());
    const std::size_t e = digits.find('e');
    exponent_ = std::strtol(digits.c_str() + e + 1, nullptr, 10) - 766;
    negative_ = digits[0] == '-';
    for (std::size_t i = e; i-- > 0;) {
        if (digits[i] >= '0' && digits[i] <= '9') digits_.push_back(digits[i] - '0');
    }
    const auto first = std::find_if(digits_.begin(), digits_.end(), [](int d) { return d != 0; });
    exponent_ += first - digits_.begin();
    digits_.erase(digits_.begin(), first);
    trim(digits_);
    if (digits_.empty()) exponent_ = 0;
}

std::vector<int> Decimal::aligned(long lowest) const {
    std::vector<int> digits(digits_.empty() ? 0 : static_cast<std::size_t>(exponent_ - lowest), 0);
    digits.insert(digits.end(), digits_.begin(), digits_.end());
    return digits;
}

Decimal Decimal::plus(const Decimal& other) const {
    if (digits_.empty()) return other.rounded();
    if (other.digits_.empty()) return rounded();
    Decimal made;
    made.exponent_ = std::min(exponent_, other.exponent_);
    const std::vector<int> a = aligned(made.exponent_), b = other.aligned(made.exponent_);
    if (negative_ == other.negative_) {
        made.digits_ = sum(a, b);
        made.negative_ = negative_;
    } else {
        const bool larger = compare_sizes(a, b) >= 0;
        made.digits_ = larger ? digits_of_difference(a, b) : digits_of_difference(b, a);
        made.negative_ = larger ? negative_ : other.negative_;
    }
    return made.rounded();
}

Decimal Decimal::rounded() const {
    Decimal made = *this;
    if (made.digits_.size() <= kPrecision) return made;
    const auto cut = static_cast<std::ptrdiff_t>(made.digits_.size() - kPrecision);
    const std::vector<int> rest(made.digits_.begin(), made.digits_.begin() + cut);
    made.digits_.erase(made.digits_.begin(), made.digits_.begin() + cut);
    made.exponent_ += cut;
    const bool tie = rest.back() == 5 && std::all_of(rest.begin(), rest.end() - 1, [](int d) { return d == 0; });
    if (tie ? made.digits_[0] % 2 == 1 : rest.back() >= 5) made.digits_ = sum(made.digits_, {1});
    return made;
}

int Decimal::compare(const Decimal& other) const {
    if (negative_ != other.negative_) return digits_.empty() && other.digits_.empty() ? 0 : negative_ ? -1 : 1;
    const long lowest = std::min(exponent_, other.exponent_);
    const int sizes = compare_sizes(aligned(lowest), other.aligned(lowest));
    return negative_ ? -sizes : sizes;
}

double Decimal::to_double() const {
    std::string text = negative_ ? "-" : "";
    for (std::size_t i = digits_.size(); i-- > 0;) text += static_cast<char>('0' + digits_[i]);
    return digits_.empty() ? 0.0 : std::strtod((text + "e" + std::to_string(exponent_)).c_str(), nullptr);
}

}  // namespace goetia::config
