#include "metrics/score_files.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

namespace goetia {
namespace {

constexpr std::size_t kMostFaults = 20;

std::vector<std::string_view> fields_of(std::string_view line) {
    std::vector<std::string_view> fields;
    for (;;) {
        const std::size_t comma = line.find(',');
        std::string_view field = line.substr(0, comma);
        while (!field.empty() && (field.front() == ' ' || field.front() == '\t')) field.remove_prefix(1);
        while (!field.empty() && (field.back() == ' ' || field.back() == '\t')) field.remove_suffix(1);
        fields.push_back(field);
        if (comma == std::string_view::npos) return fields;
        line.remove_prefix(comma + 1);
    }
}

template <class T>
std::optional<T> parsed(std::string_view text) {
    T value{};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

struct Row {
    int line = 0;
    std::vector<std::string_view> fields;
};

class Table {
  public:
    Table(std::string_view text, std::string name, std::vector<Fault>& faults)
        : name_(std::move(name)), faults_(&faults) {
        for (int line = 1; !text.empty(); ++line) {
            const std::size_t end = text.find('\n');
            std::string_view row = text.substr(0, end);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
            if (line == 1 && row.starts_with("\xef\xbb\xbf")) row.remove_prefix(3);
            if (row.ends_with('\r')) row.remove_suffix(1);
            if (row.empty()) continue;
            if (header_.empty()) header_ = fields_of(row);
            else take({line, fields_of(row)});
        }
    }

    void fault(int line, std::string message, std::string_view found = {}, std::string allowed = {}) const {
        faults_->push_back({.file = name_,
                            .line = line,
                            .message = std::move(message),
                            .found = found.empty() ? "" : fmt::format("'{}'", found),
                            .allowed = std::move(allowed)});
    }
    [[nodiscard]] const std::vector<std::string_view>& header() const { return header_; }
    [[nodiscard]] const std::map<std::string_view, Row>& rows() const { return rows_; }
    [[nodiscard]] const std::string& name() const { return name_; }

  private:
    void take(Row row) {
        const std::string_view sample = row.fields[0];
        if (row.fields.size() != header_.size())
            return fault(row.line, fmt::format("has {} columns, the header has {}", row.fields.size(), header_.size()));
        const auto [place, is_new] = rows_.emplace(sample, std::move(row));
        if (!is_new)
            fault(row.line, fmt::format("sample '{}' is there twice, first in line {}", sample, place->second.line));
    }

    std::string name_;
    std::vector<Fault>* faults_;
    std::vector<std::string_view> header_;
    std::map<std::string_view, Row> rows_;
};

bool check_headers(const Table& truth, const Table& predictions) {
    const bool good_truth = truth.header() == std::vector<std::string_view>{"sample", "label"};
    if (!good_truth) truth.fault(1, "needs the header 'sample,label'", truth.header().empty() ? "" : truth.header()[0]);
    const auto& header = predictions.header();
    bool good = header.size() >= 2 && header[0] == "sample";
    for (std::size_t i = 1; good && i < header.size(); ++i) good = header[i] == fmt::format("score_{}", i - 1);
    if (!good) predictions.fault(1, "needs the header 'sample,score_0,score_1,...'");
    return good && good_truth;
}

void take_row(const Table& truth, const Row& row, const Table& predictions, ScoredFile& file) {
    const auto label = parsed<std::int64_t>(row.fields[1]);
    if (!label || *label < 0 || *label >= file.found.classes)
        truth.fault(row.line, "the label is no class", row.fields[1], fmt::format("0 to {}", file.found.classes - 1));
    const auto scored = predictions.rows().find(row.fields[0]);
    if (scored == predictions.rows().end())
        return truth.fault(row.line,
                           fmt::format("sample '{}' has no scores in '{}'", row.fields[0], predictions.name()));
    file.labels.push_back(label.value_or(0));
    for (std::size_t i = 1; i < scored->second.fields.size(); ++i) {
        const auto score = parsed<float>(scored->second.fields[i]);
        if (!score || std::isnan(*score))
            predictions.fault(scored->second.line, fmt::format("score_{} is no number", i - 1),
                              scored->second.fields[i]);
        file.found.scores.push_back(score.value_or(0));
    }
}

// The place of the column 'subject' of the truth; 0 without one.
std::size_t subject_column(const Table& truth) {
    const auto place = std::find(truth.header().begin(), truth.header().end(), "subject");
    return place == truth.header().end() ? 0 : static_cast<std::size_t>(place - truth.header().begin());
}

// Both have the same columns, but for the subject.
bool check_same_columns(const Table& truth, const Table& predictions) {
    std::vector<std::string_view> expected = truth.header();
    if (const std::size_t subject = subject_column(truth); subject > 0)
        expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(subject));
    const bool good = expected.size() >= 2 && expected[0] == "sample";
    if (!good) truth.fault(1, "needs the header 'sample,<target>,...'");
    else if (predictions.header() != expected)
        predictions.fault(1, fmt::format("must have the columns of '{}'{}", truth.name(),
                                         subject_column(truth) > 0 ? " without 'subject'" : ""));
    return good && predictions.header() == expected;
}

// `skipped`: a column that holds no value; 0: none.
void take_values(const Table& table, const Row& row, std::size_t skipped, std::vector<double>& values) {
    for (std::size_t i = 1; i < row.fields.size(); ++i) {
        if (i == skipped) continue;
        const auto value = parsed<double>(row.fields[i]);
        if (!value || !std::isfinite(*value)) table.fault(row.line, "is no number", row.fields[i]);
        values.push_back(value.value_or(0));
    }
}

void take_subject(const Table& truth, const Row& row, std::size_t column, std::vector<std::string>& subjects) {
    if (row.fields[column].empty()) truth.fault(row.line, "has no subject; name one, or leave the column out");
    subjects.emplace_back(row.fields[column]);
}

// With the first 20 faults.
Error cannot_be_scored(const std::string& truth, const std::string& predictions, std::vector<Fault> faults) {
    const std::size_t count = faults.size();
    if (count > kMostFaults) faults.resize(kMostFaults);
    Error error =
        invalid("'{}' and '{}' cannot be scored: {} {}{}", truth, predictions, count, count == 1 ? "fault" : "faults",
                count > kMostFaults ? fmt::format(", the first {} of them", kMostFaults) : "");
    error.faults = std::move(faults);
    return error;
}

}  // namespace

Result<ScoredFile> read_classification(std::string_view truth_text, const std::string& truth_name,
                                       std::string_view predictions_text, const std::string& predictions_name) {
    std::vector<Fault> faults;
    const Table truth(truth_text, truth_name, faults), predictions(predictions_text, predictions_name, faults);
    ScoredFile file;
    if (check_headers(truth, predictions)) {
        file.found.classes = static_cast<std::int64_t>(predictions.header().size()) - 1;
        for (const auto& [sample, row] : truth.rows()) take_row(truth, row, predictions, file);
        for (const auto& [sample, row] : predictions.rows()) {
            if (!truth.rows().contains(sample))
                predictions.fault(row.line, fmt::format("sample '{}' has no label in '{}'", sample, truth_name));
        }
        if (truth.rows().empty()) truth.fault(1, "holds no sample");
    }
    if (faults.empty()) return file;
    return cannot_be_scored(truth_name, predictions_name, std::move(faults));
}

Result<ScoredValues> read_regression(std::string_view truth_text, const std::string& truth_name,
                                     std::string_view predictions_text, const std::string& predictions_name) {
    std::vector<Fault> faults;
    const Table truth(truth_text, truth_name, faults), predictions(predictions_text, predictions_name, faults);
    ScoredValues values;
    if (check_same_columns(truth, predictions)) {
        values.targets.assign(predictions.header().begin() + 1, predictions.header().end());
        const std::size_t subject = subject_column(truth);
        values.found.targets = static_cast<std::int64_t>(values.targets.size());
        for (const auto& [sample, row] : truth.rows()) {
            take_values(truth, row, subject, values.truth);
            if (subject > 0) take_subject(truth, row, subject, values.subjects);
            const auto found = predictions.rows().find(sample);
            if (found != predictions.rows().end()) take_values(predictions, found->second, 0, values.found.values);
            else truth.fault(row.line, fmt::format("sample '{}' has no values in '{}'", sample, predictions_name));
        }
        for (const auto& [sample, row] : predictions.rows()) {
            if (!truth.rows().contains(sample))
                predictions.fault(row.line, fmt::format("sample '{}' has no values in '{}'", sample, truth_name));
        }
        if (truth.rows().empty()) truth.fault(1, "holds no sample");
    }
    if (faults.empty()) return values;
    return cannot_be_scored(truth_name, predictions_name, std::move(faults));
}

}  // namespace goetia
