// How often each class was predicted for each: what precision, recall, F1 and the confusion matrix are all made of.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/metric.h"

namespace goetia {

class ClassCounts {
  public:
    explicit ClassCounts(std::int64_t classes);

    // The predicted class is the first of the highest scores; a score that is no number is the highest, as in
    // torch.argmax. Labels outside the classes are skipped.
    void update(const ClassScores& found, std::span<const std::int64_t> labels);
    [[nodiscard]] const std::vector<double>& state() const { return counts_; }
    void set_state(std::vector<double> state) { counts_ = std::move(state); }
    void reset();

    [[nodiscard]] std::int64_t classes() const { return classes_; }
    [[nodiscard]] double at(std::int64_t truth, std::int64_t predicted) const {
        return counts_[static_cast<std::size_t>(truth * classes_ + predicted)];
    }
    [[nodiscard]] double hits(std::int64_t one) const { return at(one, one); }
    [[nodiscard]] double truths(std::int64_t one) const;       // samples that are of this class
    [[nodiscard]] double predictions(std::int64_t one) const;  // samples predicted to be of it
    [[nodiscard]] double total() const;
    // How far truth and prediction agree beyond chance. NaN when both are always of the same class.
    [[nodiscard]] double cohen_kappa() const;
    // Matthews' correlation coefficient. NaN when either is always of one class.
    [[nodiscard]] double matthews() const;

  private:
    std::int64_t classes_;
    std::vector<double> counts_;  // classes x classes, truth by prediction
};

}  // namespace goetia
