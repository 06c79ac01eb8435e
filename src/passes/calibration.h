// Which range of a tensor's numbers 8 bits are spread over, from what was seen of it.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace goetia {

struct QuantRange {
    float least = 0, most = 0;  // 0 lies between them
};

// kMinMax: all that was seen. kPercentile: without the outermost numbers, one in 10000 of them. kEntropy: the cut that
// loses the least information (Kullback and Leibler). kMse: the cut whose rounding and clipping add up to the smallest
// squared error.
enum class CalibrationMethod : std::uint8_t { kMinMax, kPercentile, kEntropy, kMse };
std::optional<CalibrationMethod> calibration_named(std::string_view name);  // minmax, percentile, entropy, mse

// Seen in two passes over the same images: first the extremes, then how often each number between them occurs.
class SeenNumbers {
  public:
    void widen(std::span<const float> numbers);
    void count(std::span<const float> numbers);
    [[nodiscard]] QuantRange range(CalibrationMethod method) const;

  private:
    static constexpr std::size_t kBins = 2048;
    [[nodiscard]] float edge(std::size_t bin) const;  // where a bin begins
    [[nodiscard]] QuantRange percentile() const;
    [[nodiscard]] QuantRange best_cut(double (SeenNumbers::*cost)(const QuantRange&) const) const;
    [[nodiscard]] double squared_error(const QuantRange& range) const;
    [[nodiscard]] double information_lost(const QuantRange& range) const;

    float least_ = 0, most_ = 0;
    std::vector<double> bins_;
};

}  // namespace goetia
