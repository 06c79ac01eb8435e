#include "run/derive.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <sys/file.h>

#include "base/files.h"
#include "base/json_path.h"
#include "config/config.h"
#include "config/experiment_schema.h"
#include "experiment/state.h"
#include "plot/plot.h"

namespace goetia {
namespace {

constexpr std::size_t kMaxClasses = 5000;  // of a matrix that is drawn

// journal/derived.json: the journal position up to which the files are complete, and the plots that were drawn.
Result<Json> read_derived_state(const ExperimentFolder& folder) {
    GOETIA_ASSIGN(const std::string text, read_file(folder.derived()));
    Json state = Json::parse(text, nullptr, false);
    if (!state.is_object()) return invalid("'{}' is not a JSON object", folder.derived().native());
    return state;
}

// Each metric over the epochs, for the curves.
std::vector<Series> series_of(const RunHistory& history) {
    std::map<std::string, Series> by_name;
    for (const EpochRecord& epoch : history.epochs) {
        for (const auto& [name, value] : epoch.metrics) {
            Series& series = by_name[name];
            series.name = name;
            series.x.push_back(static_cast<double>(epoch.epoch));
            series.y.push_back(value);
        }
    }
    std::vector<Series> all;
    for (auto& [name, series] : by_name) all.push_back(std::move(series));
    return all;
}

ClassCurve class_curve(const EvaluationRecord::Curve& curve) { return {curve.name, curve.x, curve.y, curve.score}; }

ShownCurves shown_curves(const EvaluationRecord::Curves& curves) {
    ShownCurves all{.shown = {}, .mean = class_curve(curves.mean), .classes = static_cast<std::size_t>(curves.classes)};
    for (const EvaluationRecord::Curve& curve : curves.shown) all.shown.push_back(class_curve(curve));
    return all;
}

// The classes, and the background after them where a detector found something there or missed an object.
std::vector<std::string> matrix_names(const EvaluationRecord& evaluation) {
    std::vector<std::string> names = evaluation.classes;
    const auto classes = static_cast<std::int64_t>(names.size());
    const bool has_background = std::ranges::any_of(evaluation.confusion_matrix->cells, [&](const auto& cell) {
        return cell.truth == classes || cell.found == classes;
    });
    if (has_background) names.emplace_back("background");
    return names;
}

Status draw_matrix(const std::filesystem::path& png, const EvaluationRecord& evaluation) {
    const std::vector<std::string> names = matrix_names(evaluation);
    const std::size_t classes = names.size();
    if (classes > kMaxClasses)
        return invalid("cannot draw '{}': a matrix of {} classes is too large, at most {} are shown", png.native(),
                       classes, kMaxClasses);
    std::vector<std::vector<double>> counts(classes, std::vector<double>(classes, 0.0));
    for (const EvaluationRecord::Cell& cell : evaluation.confusion_matrix->cells) {
        const auto truth = static_cast<std::size_t>(cell.truth), found = static_cast<std::size_t>(cell.found);
        if (truth < classes && found < classes) counts[truth][found] = cell.count;
    }
    return plot_confusion_matrix(png, counts, names, evaluation.confusion_matrix->normalize);
}

bool names_writer(const Json& writers, std::string_view writer) {
    return std::ranges::any_of(writers,
                               [&](const Json& entry) { return value_at<std::string>(entry, "type", "") == writer; });
}

}  // namespace

Result<DeriveOptions> derive_options(const Json& document) {
    GOETIA_ASSIGN(const Json complete, with_schema_defaults(document));
    return DeriveOptions{
        .tensorboard = names_writer(value_at<Json>(complete, "logging.writers", Json::array()), "tensorboard"),
        .plot_interval = value_at<std::int64_t>(complete, "training.plot_interval", 0)};
}

Result<DeriveOptions> derive_options(const ExperimentFolder& folder) {
    const auto text = read_file(folder.config());
    const auto document = text ? parse_yaml(*text, folder.config().native()) : Result<Json>(Json::object());
    return derive_options(document && document->is_object() ? *document : Json::object());
}

Deriver::Deriver(ExperimentFolder folder, const DeriveOptions& options)
    : folder_(std::move(folder)),
      options_(options),
      files_(folder_, options.tensorboard),
      plots_(drawn_plots(folder_, {})) {}

Status Deriver::take_lock() {
    if (lock_.valid()) return {};
    FileDescriptor folder(::open(folder_.logs().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.valid()) return os_error("open folder", folder_.logs().native(), errno);
    while (::flock(folder.get(), LOCK_EX) != 0) {
        if (errno != EINTR) return os_error("lock folder", folder_.logs().native(), errno);
    }
    lock_ = std::move(folder);
    return {};
}

Status Deriver::update() {
    GOETIA_TRY(take_lock());
    if (!is_state_saved_) GOETIA_TRY(save_state({}));
    is_state_saved_ = true;
    GOETIA_TRY(files_.update());
    draw(/*is_end=*/false);
    return {};
}

Status Deriver::finish() {
    GOETIA_TRY(take_lock());
    GOETIA_TRY(files_.update());
    draw(/*is_end=*/true);
    return save_state(files_.position());
}

// The curves are drawn every `plot_interval` epochs; an evaluation whenever there is a new one, since the runtime only
// journals those that are due.
void Deriver::draw(bool is_end) {
    const std::int64_t epoch = history().epochs.empty() ? 0 : history().epochs.back().epoch;
    const bool is_due =
        options_.plot_interval > 0 && epoch / options_.plot_interval != curves_epoch_ / options_.plot_interval;
    if (epoch > 0 && epoch != curves_epoch_ && (is_due || is_end)) {
        keep(folder_.curves(), "Training curves", epoch, plot_training_curves(folder_.curves(), series_of(history())));
        curves_epoch_ = epoch;
    }
    const auto& evaluation = history().evaluation;
    if (!evaluation || evaluation->step == evaluation_step_) return;
    evaluation_step_ = evaluation->step;
    draw_evaluation(*evaluation);
}

void Deriver::draw_evaluation(const EvaluationRecord& evaluation) {
    const auto file = [this](const char* name) { return folder_.visualizations() / name; };
    if (evaluation.confusion_matrix) {
        const auto png = file("confusion_matrix.png");
        keep(png, "Confusion matrix", evaluation.epoch, draw_matrix(png, evaluation));
    }
    if (evaluation.pr) {
        const auto png = file("pr_curve.png");
        keep(png, "Precision and recall", evaluation.epoch, plot_pr_curves(png, shown_curves(*evaluation.pr)));
    }
    if (evaluation.roc) {
        const auto png = file("roc_curve.png");
        keep(png, "ROC", evaluation.epoch, plot_roc_curves(png, shown_curves(*evaluation.roc)));
    }
}

void Deriver::keep(const std::filesystem::path& file, const std::string& title, std::int64_t epoch,
                   const Status& drawn) {
    if (drawn) {
        const std::string path = file.lexically_relative(folder_.root()).string();
        std::erase_if(plots_, [&path](const ImageRecord& old) { return old.path == path; });
        plots_.push_back({.path = path, .title = title, .epoch = epoch});
    } else if (std::find(plot_errors_.begin(), plot_errors_.end(), drawn.error().message) == plot_errors_.end()) {
        plot_errors_.push_back(drawn.error().message);
    }
}

Status Deriver::save_state(const JournalPosition& derived_up_to) {
    Json state = to_json(derived_up_to);
    state["format"] = 1;
    state["pictures"] = Json::array();
    for (const ImageRecord& plot : plots_) state["pictures"].push_back(to_json(plot));
    return write_file_atomic(folder_.derived(), state.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::vector<ImageRecord> drawn_plots(const ExperimentFolder& folder, const RunHistory& history) {
    std::vector<ImageRecord> plots = history.images;
    const auto state = read_derived_state(folder);
    if (!state || !state->contains("pictures") || !(*state)["pictures"].is_array()) return plots;
    for (const Json& one : (*state)["pictures"]) {
        auto plot = record_from<ImageRecord>(one);
        std::erase_if(plots, [&plot](const ImageRecord& old) { return old.path == plot.path; });
        plots.push_back(std::move(plot));
    }
    return plots;
}

bool needs_deriving(const ExperimentFolder& folder) {
    const auto state = read_derived_state(folder);
    if (state) return !is_up_to_date(folder, position_from_json(*state));
    std::error_code code;
    return folder.next_attempt() > 1 && !std::filesystem::exists(folder.metrics(), code);
}

Status derive_unfinished(const ExperimentFolder& folder) {
    if (!needs_deriving(folder) || is_alive(folder)) return {};
    GOETIA_ASSIGN(const DeriveOptions options, derive_options(folder));
    return Deriver(folder, options).finish();
}

}  // namespace goetia
