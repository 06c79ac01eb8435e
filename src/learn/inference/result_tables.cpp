// Class scores and values as tables.
#include <algorithm>

#include "base/files.h"
#include "datasets/dataset.h"
#include "learn/inference/result_files.h"
#include "learn/inference/rows.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

// Quoted where it holds what a table is made of.
std::string cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char letter : text) quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    return quoted + '"';
}

// Files that grow line by line in memory and are written at once.
class Tables final {
  public:
    explicit Tables(fs::path folder) : folder_(std::move(folder)) {}
    std::string& operator[](const std::string& file) {
        for (auto& [name, text] : tables_) {
            if (name == file) return text;
        }
        return tables_.emplace_back(file, "").second;
    }
    [[nodiscard]] Result<std::vector<fs::path>> write() const {
        std::vector<fs::path> files;
        for (const auto& [name, text] : tables_) {
            files.push_back(folder_ / name);
            GOETIA_TRY(write_file_atomic(files.back(), text));
        }
        return files;
    }

  private:
    fs::path folder_;
    std::vector<std::pair<std::string, std::string>> tables_;
};

class ScoreTables final : public ResultFiles {
  public:
    ScoreTables(const fs::path& folder, const Dataset& data, const std::vector<std::string>& classes)
        : tables_(folder), data_(data), classes_(classes) {
        tables_["predictions.csv"] = "sample,class,probability\n";
        std::string& header = tables_["scores.csv"] = "sample";
        for (std::size_t i = 0; i < classes.size(); ++i) header += fmt::format(",score_{}", i);
        header += '\n';
    }

    Status take(const Predictions& found, const std::vector<Frame>& frames, const Truth* truth) override {
        const auto& scores = std::get<ClassScores>(found);
        for (std::size_t row = 0; row < frames.size(); ++row) {
            GOETIA_ASSIGN(const Sample sample, data_.sample(frames[row].sample));
            const std::string name = cell(sample.name);
            const std::vector<double> all = probabilities(scores, row);
            const auto first = std::max_element(all.begin(), all.end());
            tables_["predictions.csv"] +=
                fmt::format("{},{},{:.9g}\n", name, cell(classes_.at(first - all.begin())), *first);
            std::string& line = tables_["scores.csv"] += name;
            for (const double one : all) line += fmt::format(",{:.9g}", one);
            line += '\n';
            if (truth != nullptr) add_truth(name, truth->labels[row]);
        }
        return {};
    }

    Result<std::vector<fs::path>> finish() override { return tables_.write(); }

  private:
    void add_truth(const std::string& name, std::int64_t label) {
        std::string& text = tables_["truth.csv"];
        if (text.empty()) text = "sample,label\n";
        if (label >= 0) text += fmt::format("{},{}\n", name, label);
    }

    Tables tables_;
    const Dataset& data_;
    const std::vector<std::string>& classes_;
};

// The probabilities of multilabel are values, too: one for each class.
TargetValues as_values(const Predictions& found) {
    if (const auto* values = std::get_if<TargetValues>(&found)) return *values;
    const ClassScores& scores = std::get<Memberships>(found).probabilities;
    return {.targets = scores.classes, .values = {scores.scores.begin(), scores.scores.end()}};
}

class ValueTables final : public ResultFiles {
  public:
    ValueTables(const fs::path& folder, const Dataset& data, std::vector<std::string> names)
        : tables_(folder), data_(data), names_(std::move(names)) {}

    Status take(const Predictions& found, const std::vector<Frame>& frames, const Truth* truth) override {
        const TargetValues values = as_values(found);
        for (std::size_t row = 0; row < frames.size(); ++row) {
            GOETIA_ASSIGN(const Sample sample, data_.sample(frames[row].sample));
            add("predictions.csv", sample.name, values.values, row, values.targets);
            if (truth != nullptr) add("truth.csv", sample.name, truth->values, row, values.targets);
        }
        return {};
    }

    Result<std::vector<fs::path>> finish() override { return tables_.write(); }

  private:
    void add(const std::string& file, const std::string& name, const std::vector<double>& all, std::size_t row,
             std::int64_t targets) {
        std::string& text = tables_[file];
        if (text.empty()) {
            text = "sample";
            for (std::int64_t i = 0; i < targets; ++i) text += "," + cell(target_name(i));
            text += '\n';
        }
        text += cell(name);
        for (std::int64_t i = 0; i < targets; ++i)
            text += fmt::format(",{:.9g}", all[row * static_cast<std::size_t>(targets) + static_cast<std::size_t>(i)]);
        text += '\n';
    }
    [[nodiscard]] std::string target_name(std::int64_t number) const {
        const auto place = static_cast<std::size_t>(number);
        return place < names_.size() ? names_[place] : fmt::format("value_{}", number);
    }

    Tables tables_;
    const Dataset& data_;
    std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<ResultFiles> score_tables(const fs::path& folder, const Dataset& data,
                                          const std::vector<std::string>& classes) {
    return std::make_unique<ScoreTables>(folder, data, classes);
}

std::unique_ptr<ResultFiles> value_tables(const fs::path& folder, const Dataset& data,
                                          const std::vector<std::string>& names) {
    return std::make_unique<ValueTables>(folder, data, names);
}

std::unique_ptr<ResultFiles> result_files(Task task, const fs::path& folder, const Dataset& data,
                                          const std::vector<std::string>& classes) {
    switch (task) {
        case Task::kClassification: return score_tables(folder, data, classes);
        case Task::kMultilabel: return value_tables(folder, data, classes);
        case Task::kRegression: return value_tables(folder, data, data.targets());
        case Task::kSemantic: return map_files(folder, data, classes);
        case Task::kDetection:
        case Task::kInstance: break;
    }
    return object_files(folder, data, classes);
}

}  // namespace goetia
