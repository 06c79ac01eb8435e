// Which class was found where which was there, and what was found or missed alone.
#pragma once

#include <cstdint>
#include <vector>

#include "metrics/drawing.h"
#include "metrics/object_pairs.h"

namespace goetia {

class DetectionConfusion {
  public:
    // Objects found with less than `least_score` are left out.
    DetectionConfusion(std::int64_t classes, double least_score);

    // Surest first, each found object takes the truth of any class that it overlaps most, from IoU 0.5 on, and that is
    // still free. One that only overlaps a crowd or a difficult object counts for nothing, and so do these.
    void add(const std::vector<FoundObject>& found, const std::vector<Instance>& truth, const ObjectPairs& pairs);
    void clear() { counts_.assign(counts_.size(), 0.0); }

    [[nodiscard]] const std::vector<double>& state() const { return counts_; }
    void set_state(std::vector<double> state) { counts_ = std::move(state); }
    // The last row holds what was found where nothing is, the last column what was missed.
    [[nodiscard]] MatrixDrawing drawing() const;

  private:
    double& at(std::int64_t truth, std::int64_t found) {
        return counts_[static_cast<std::size_t>(truth * (classes_ + 1) + found)];
    }

    std::int64_t classes_;
    double least_score_;
    std::vector<double> counts_;  // (classes + 1) squared, truth by found
};

}  // namespace goetia
