#include "metrics/averaged.h"

namespace goetia {
namespace {

Average average_of(const std::string& name) {
    if (name == "micro") return Average::kMicro;
    if (name == "weighted") return Average::kWeighted;
    return name == "none" ? Average::kNone : Average::kMacro;
}

std::string_view suffix(Average average) {
    switch (average) {
        case Average::kMacro: return "macro";
        case Average::kMicro: return "micro";
        case Average::kWeighted: return "weighted";
        case Average::kNone: break;
    }
    return "class";
}

}  // namespace

AveragedMetric::AveragedMetric(const Args& args, std::int64_t classes, std::string name)
    : counts_(classes), average_(average_of(args.text("average"))), name_(std::move(name)) {}

Schema AveragedMetric::averaged_schema(std::string name, std::string sentence) {
    return Schema(std::move(name), std::move(sentence))
        .with(
            text("average",
                 "macro: the mean over the classes that occur in truth or prediction; micro: over all samples at once; "
                 "weighted: the mean by each class's share of the truth; none: one value per class")
                .fallback("macro")
                .one_of({"macro", "micro", "weighted", "none"}))
        .for_tasks({task_name(Task::kClassification)});
}

std::vector<MetricValue> AveragedMetric::compute() const {
    std::vector<MetricValue> values;
    Tally all;
    double macro = 0, weighted = 0, occurring = 0;
    for (std::int64_t one = 0; one < counts_.classes(); ++one) {
        const Tally tally{counts_.hits(one), counts_.predictions(one), counts_.truths(one)};
        const double value = ratio(tally);
        if (average_ == Average::kNone)
            values.push_back({fmt::format("{}_{}_{}", name_, suffix(average_), one), value});
        if (tally.predicted + tally.truth > 0) macro += value, occurring += 1;
        weighted += value * tally.truth;
        all.hits += tally.hits, all.predicted += tally.predicted, all.truth += tally.truth;
    }
    const double mean = average_ == Average::kMacro      ? ratio_or_zero(macro, occurring)
                        : average_ == Average::kWeighted ? ratio_or_zero(weighted, all.truth)
                                                         : ratio(all);
    if (average_ != Average::kNone) values.push_back({fmt::format("{}_{}", name_, suffix(average_)), mean});
    return values;
}

}  // namespace goetia
