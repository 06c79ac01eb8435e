#include "learn/hooks/prediction_sheet.h"

#include "base/files.h"
#include "imaging/decode/encode.h"
#include "imaging/preview/sheet.h"
#include "learn/inference/loaded_sample.h"
#include "learn/inference/rows.h"

namespace goetia {
namespace {

constexpr double kLeastScore = 0.25;  // of an object that is drawn
constexpr int kCell = 200, kJpegQuality = 90;

}  // namespace

Status PredictionSheet::before_evaluation(TrainContext& context) {
    const std::int64_t epoch = context.progress().epoch + 1;
    const bool is_last = epoch == context.progress().epochs;
    is_due_ = is_last || (plan_.interval > 0 && epoch % plan_.interval == 0);
    shown_.clear();
    return {};
}

Status PredictionSheet::take(const Predictions& found, const Batch& batch) {
    for (std::size_t row = 0; row < batch.frames.size(); ++row) {
        if (!is_due_ || static_cast<std::int64_t>(shown_.size()) >= 2 * plan_.samples) return {};
        GOETIA_ASSIGN(Sample sample, loaded_sample(*data_, transforms_, batch.frames[row].sample));
        Sample seen = with_found(sample, found, row, kLeastScore);
        for (Sample& one : truth_and_found(std::move(sample), std::move(seen))) shown_.push_back(std::move(one));
    }
    return {};
}

Status PredictionSheet::after_evaluation(TrainContext& context) {
    if (shown_.empty()) return {};
    const Image sheet = contact_sheet(shown_, data_->classes(), {.cell = kCell, .targets = data_->targets()});
    shown_.clear();
    GOETIA_ASSIGN(const std::string bytes, encode_jpeg(sheet, kJpegQuality));
    const std::string file = fmt::format("predictions_epoch_{:04}.jpg", context.progress().epoch + 1);
    return write_file_atomic(plan_.folder / file, bytes);
}

}  // namespace goetia
