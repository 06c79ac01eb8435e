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

constexpr std::size_t kMostClasses = 5000;  // of a matrix that is drawn

// journal/derived.json: up to where the files tell the journals, and which pictures were drawn.
Result<Json> read_note(const ExperimentFolder& folder) {
    GOETIA_ASSIGN(const std::string text, read_file(folder.derived()));
    Json note = Json::parse(text, nullptr, false);
    if (!note.is_object()) return invalid("'{}' holds no JSON object", folder.derived().native());
    return note;
}

// Each metric over the epochs, as the curves show it.
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

Status draw_matrix(const std::filesystem::path& png, const EvaluationRecord& evaluation) {
    const std::size_t classes = evaluation.classes.size();
    if (classes > kMostClasses)
        return invalid("cannot draw '{}': a matrix of {} classes is too large, at most {} are shown", png.native(),
                       classes, kMostClasses);
    std::vector<std::vector<double>> counts(classes, std::vector<double>(classes, 0.0));
    for (const EvaluationRecord::Cell& cell : evaluation.confusion_matrix->cells) {
        const auto truth = static_cast<std::size_t>(cell.truth), found = static_cast<std::size_t>(cell.found);
        if (truth < classes && found < classes) counts[truth][found] = cell.count;
    }
    return plot_confusion_matrix(png, counts, evaluation.classes, evaluation.confusion_matrix->normalize);
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
      pictures_(drawn_pictures(folder_, {})) {}

Status Deriver::take_turn() {
    if (turn_.valid()) return {};
    FileDescriptor folder(::open(folder_.logs().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.valid()) return os_error("open folder", folder_.logs().native(), errno);
    while (::flock(folder.get(), LOCK_EX) != 0) {
        if (errno != EINTR) return os_error("lock folder", folder_.logs().native(), errno);
    }
    turn_ = std::move(folder);
    return {};
}

Status Deriver::update() {
    GOETIA_TRY(take_turn());
    if (!is_noted_) GOETIA_TRY(note({}));
    is_noted_ = true;
    GOETIA_TRY(files_.update());
    draw(/*is_end=*/false);
    return {};
}

Status Deriver::finish() {
    GOETIA_TRY(take_turn());
    GOETIA_TRY(files_.update());
    draw(/*is_end=*/true);
    return note(files_.position());
}

// The curves are drawn where as many epochs were done as `plot_interval` says; an evaluation whenever there is one, for
// the runtime journals those that are due.
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
        std::erase_if(pictures_, [&path](const ImageRecord& old) { return old.path == path; });
        pictures_.push_back({.path = path, .title = title, .epoch = epoch});
    } else if (std::find(undrawn_.begin(), undrawn_.end(), drawn.error().message) == undrawn_.end()) {
        undrawn_.push_back(drawn.error().message);
    }
}

Status Deriver::note(const JournalPosition& whole_up_to) {
    Json note = to_json(whole_up_to);
    note["format"] = 1;
    note["pictures"] = Json::array();
    for (const ImageRecord& picture : pictures_) note["pictures"].push_back(to_json(picture));
    return write_file_atomic(folder_.derived(), note.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::vector<ImageRecord> drawn_pictures(const ExperimentFolder& folder, const RunHistory& history) {
    std::vector<ImageRecord> pictures = history.images;
    const auto note = read_note(folder);
    if (!note || !note->contains("pictures") || !(*note)["pictures"].is_array()) return pictures;
    for (const Json& one : (*note)["pictures"]) {
        auto picture = record_from<ImageRecord>(one);
        std::erase_if(pictures, [&picture](const ImageRecord& old) { return old.path == picture.path; });
        pictures.push_back(std::move(picture));
    }
    return pictures;
}

bool is_left_underived(const ExperimentFolder& folder) {
    const auto note = read_note(folder);
    if (note) return !is_all_there_is(folder, position_from_json(*note));
    std::error_code code;
    return folder.next_attempt() > 1 && !std::filesystem::exists(folder.metrics(), code);
}

Status derive_leftovers(const ExperimentFolder& folder) {
    if (!is_left_underived(folder) || is_alive(folder)) return {};
    GOETIA_ASSIGN(const DeriveOptions options, derive_options(folder));
    return Deriver(folder, options).finish();
}

}  // namespace goetia
