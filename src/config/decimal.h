// Decimal numbers of 28 digits, rounded half to even: the arithmetic of Hydra's float ranges, which binary sums of 0.1
// do not always reproduce.
#pragma once

#include <cstdint>
#include <vector>

namespace goetia::config {

class Decimal {
  public:
    explicit Decimal(double exact);  // every digit of a finite number

    [[nodiscard]] Decimal plus(const Decimal& other) const;  // rounded to 28 digits
    [[nodiscard]] int compare(const Decimal& other) const;   // negative, zero or positive
    [[nodiscard]] double to_double() const;

  private:
    Decimal() = default;
    [[nodiscard]] Decimal rounded() const;
    [[nodiscard]] std::vector<int> aligned(long lowest) const;

    bool negative_ = false;
    std::vector<int> digits_;  // least significant first, no leading zeros; empty is 0
    long exponent_ = 0;        // of digits_[0]
};

}  // namespace goetia::config
