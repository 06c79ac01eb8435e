// The `size` parameter: one number for a square, or [height, width].
#pragma once

#include "component/args.h"
#include "component/schema.h"

namespace goetia {

struct Size {
    int height = 0;
    int width = 0;
};

inline ParamBuilder size_param(std::string doc) {
    return integers("size", std::move(doc)).length(2).at_least(1).at_most(65535).or_scalar();
}

inline Size size_of(const Args& args) {
    const auto values = args.list<int>("size", 2);
    return {values[0], values[1]};
}

// The fault of a range that must rise; empty when there is none.
inline std::string range_fault(const std::string& name, const std::vector<double>& range) {
    if (range[0] <= range[1]) return {};
    return fmt::format("{} needs [low, high] with low <= high, found [{}, {}]", name, range[0], range[1]);
}

}  // namespace goetia
