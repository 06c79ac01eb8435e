#include <cmath>
#include <limits>
#include <map>

#include "metrics/metric.h"

namespace goetia {
namespace {

class SubjectMAE final : public Metric {
  public:
    SubjectMAE(const Args&, std::int64_t targets) : targets_(static_cast<std::size_t>(targets)) {}

    static Schema schema() {
        return Schema("SubjectMAE",
                      "The mean over the subjects of each one's mean distance from the truth, so that each counts the "
                      "same however many images there are of it; of several targets, the mean of theirs. Not a number "
                      "when a sample has no subject")
            .for_tasks({task_name(Task::kRegression)});
    }

    void update(const Predictions& found, const Truth& truth) override {
        const std::vector<double>& values = std::get<TargetValues>(found).values;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::size_t row = i / targets_;
            // an empty name stands for all whose subject is not known
            Sums& sums = subjects_[row < truth.subjects.size() ? truth.subjects[row] : std::string()];
            sums.distance += std::abs(values[i] - truth.values[i]), sums.values += 1;
        }
    }

    void reset() override { subjects_.clear(); }

    // For each subject the length of its name, the name byte by byte, and its sums.
    [[nodiscard]] std::vector<double> state() const override {
        std::vector<double> state;
        for (const auto& [name, sums] : subjects_) {
            state.push_back(static_cast<double>(name.size()));
            for (const char letter : name) state.push_back(static_cast<unsigned char>(letter));
            state.insert(state.end(), {sums.distance, sums.values});
        }
        return state;
    }

    void join(std::span<const std::vector<double>> ranks) override {
        reset();
        for (const std::vector<double>& state : ranks) {
            for (std::size_t at = 0; at < state.size();) {
                std::string name(static_cast<std::size_t>(state[at++]), '\0');
                for (char& letter : name) letter = static_cast<char>(static_cast<unsigned char>(state[at++]));
                Sums& sums = subjects_[name];
                sums.distance += state[at++], sums.values += state[at++];
            }
        }
    }

    [[nodiscard]] std::vector<MetricValue> compute() const override {
        double sum = 0;
        for (const auto& [name, sums] : subjects_) sum += sums.distance / sums.values;
        const bool is_defined = !subjects_.empty() && !subjects_.contains("");
        return {{"subject_mae",
                 is_defined ? sum / static_cast<double>(subjects_.size()) : std::numeric_limits<double>::quiet_NaN(),
                 Better::kLower}};
    }

  private:
    struct Sums {
        double distance = 0, values = 0;
    };

    std::size_t targets_;
    std::map<std::string, Sums> subjects_;
};

}  // namespace

Status add_subject_error(MetricRegistry& registry) { return registry.add<SubjectMAE>(); }

}  // namespace goetia
