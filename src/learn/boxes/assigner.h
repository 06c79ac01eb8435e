// Assigners: which object each place of a head is to find.
#pragma once

#include <ATen/core/Tensor.h>

#include "component/registry.h"
#include "learn/boxes/places.h"
#include "learn/model.h"

namespace goetia {

constexpr std::int64_t kBackground = -1;  // the place is to find nothing
constexpr std::int64_t kIgnored = -2;     // whatever it finds counts for nothing

// What is known of one row. No gradient flows through an assignment.
struct AssignerInput {
    const Places& places;
    const ObjectTargets& objects;
    at::Tensor scores;  // float [places, classes], 0 to 1: what the head finds so far; undefined if it is not asked
    at::Tensor boxes;   // float [places, 4] in pixels: the same
};

struct Assignment {
    at::Tensor objects;  // int64 [places]: the index of its object, kBackground or kIgnored
    at::Tensor weights;  // float [places], 0 to 1: how well the place suits its object; undefined: all alike
};

class Assigner {
  public:
    virtual ~Assigner() = default;
    // Whether `scores` and `boxes` must be there; they cost the head a decoding.
    [[nodiscard]] virtual bool reads_predictions() const { return false; }
    // Rows without objects are background everywhere.
    [[nodiscard]] virtual Assignment assign(const AssignerInput& input) const = 0;
};

using AssignerRegistry = Registry<Assigner>;

}  // namespace goetia
