#include "metrics/gathered_memberships.h"

namespace goetia {

void GatheredMemberships::update(const Predictions& found, const Truth& truth) {
    const std::vector<float>& scores = std::get<Memberships>(found).probabilities.scores;
    gathered_.scores.insert(gathered_.scores.end(), scores.begin(), scores.end());
    for (const double value : truth.values) is_class_.push_back(value > 0 ? 1 : 0);
}

// Score and truth of each class of each sample, in turn.
std::vector<double> GatheredMemberships::state() const {
    std::vector<double> state;
    state.reserve(2 * is_class_.size());
    for (std::size_t i = 0; i < is_class_.size(); ++i) {
        state.push_back(gathered_.scores[i]);
        state.push_back(is_class_[i]);
    }
    return state;
}

void GatheredMemberships::join(std::span<const std::vector<double>> ranks) {
    reset();
    for (const std::vector<double>& state : ranks) {
        for (std::size_t at = 0; at + 1 < state.size(); at += 2) {
            gathered_.scores.push_back(static_cast<float>(state[at]));
            is_class_.push_back(state[at + 1] > 0 ? 1 : 0);
        }
    }
}

}  // namespace goetia
