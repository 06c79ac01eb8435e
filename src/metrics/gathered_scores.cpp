#include "metrics/gathered_scores.h"

namespace goetia {

void GatheredScores::update(const Predictions& found, const Truth& truth) {
    const std::vector<float>& scores = std::get<ClassScores>(found).scores;
    gathered_.scores.insert(gathered_.scores.end(), scores.begin(), scores.end());
    labels_.insert(labels_.end(), truth.labels.begin(), truth.labels.end());
}

// For each sample its label, then its scores.
std::vector<double> GatheredScores::state() const {
    std::vector<double> state;
    const auto width = static_cast<std::size_t>(gathered_.classes);
    state.reserve(labels_.size() * (width + 1));
    for (std::size_t row = 0; row < labels_.size(); ++row) {
        state.push_back(static_cast<double>(labels_[row]));
        const auto scores = gathered_.scores.begin() + static_cast<std::ptrdiff_t>(row * width);
        state.insert(state.end(), scores, scores + static_cast<std::ptrdiff_t>(width));
    }
    return state;
}

void GatheredScores::join(std::span<const std::vector<double>> ranks) {
    reset();
    const auto width = static_cast<std::size_t>(gathered_.classes);
    for (const std::vector<double>& state : ranks) {
        for (std::size_t at = 0; at < state.size(); at += width + 1) {
            labels_.push_back(static_cast<std::int64_t>(state[at]));
            for (std::size_t one = 1; one <= width; ++one)
                gathered_.scores.push_back(static_cast<float>(state[at + one]));
        }
    }
}

}  // namespace goetia
