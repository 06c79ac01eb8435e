// goetia score classification: the evaluator alone, on files.
#include <fmt/ranges.h>

#include "apps/goetia/command.h"
#include "base/files.h"
#include "metrics/classification_report.h"
#include "metrics/score_files.h"

namespace goetia::cli {
namespace {

struct Wish {
    std::string truth, predictions;
    std::vector<std::int64_t> topk{1, 5};
};

Result<Outcome> score(const Wish& wish) {
    GOETIA_ASSIGN(const std::string truth, read_file(wish.truth));
    GOETIA_ASSIGN(const std::string predictions, read_file(wish.predictions));
    GOETIA_ASSIGN(const ScoredFile file, read_classification(truth, wish.truth, predictions, wish.predictions));
    GOETIA_ASSIGN(ClassificationReport report, classification_report({file.scores, file.labels, file.classes}, wish.topk));
    std::string text;
    for (const auto& [name, value] : report.metrics.items()) text += value.is_null() ? fmt::format("{:<26}not defined\n", name) : fmt::format("{:<26}{:.4f}\n", name, value.get<double>());
    return Outcome{.json = {{"task", "classification"},
                            {"samples", file.labels.size()},
                            {"classes", file.classes},
                            {"metrics", std::move(report.metrics)},
                            {"per_class", std::move(report.per_class)},
                            {"confusion_matrix", std::move(report.confusion_matrix)},
                            {"convention", std::move(report.convention)}},
                   .text = std::move(text)};
}

}  // namespace

void add_score_commands(CLI::App& app, Context& context) {
    CLI::App* noun = app.add_subcommand("score", "Score predictions in files against the truth");
    noun->require_subcommand(1);
    CLI::App* classification = noun->add_subcommand("classification", "CSV 'sample,label' and CSV 'sample,score_0,...'; conventions are scikit-learn's");
    const auto wish = std::make_shared<Wish>();
    classification->add_option("--truth", wish->truth, "the CSV file with the labels")->required();
    classification->add_option("--predictions", wish->predictions, "the CSV file with the scores")->required();
    classification->add_option("--topk", wish->topk, "the k of accuracy_topk")->delimiter(',')->check(CLI::PositiveNumber)->capture_default_str();
    context.on(classification, [wish] { return score(*wish); });
}

}  // namespace goetia::cli
