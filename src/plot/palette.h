// Colour-blind safe palettes (Okabe and Ito's, and Paul Tol's "muted").
#pragma once

#include <array>
#include <string_view>

namespace goetia {

inline constexpr std::string_view kTrainColor = "#0072b2", kValColor = "#d55e00", kMeanColor = "#111111",
                                  kFaintColor = "#b0b0b0";
inline constexpr std::array<std::string_view, 7> kLineColors{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                             "#e69f00", "#56b4e9", "#555555"};
inline constexpr std::array<std::string_view, 10> kClassColors{"#332288", "#cc6677", "#117733", "#88ccee", "#882255",
                                                               "#ddaa33", "#44aa99", "#aa4499", "#999933", "#6699cc"};

}  // namespace goetia
