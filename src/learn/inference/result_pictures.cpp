#include "learn/inference/result_pictures.h"

#include <algorithm>

#include "base/files.h"
#include "imaging/decode/encode.h"
#include "imaging/preview/sheet.h"
#include "learn/inference/rows.h"

namespace goetia {
namespace {

constexpr int kLeastSide = 320;  // small images are enlarged, so that names can be read

std::string caption(std::string_view what, const Sample& sample) {
    return fmt::format("{}: {}", what, std::filesystem::path(sample.name).filename().native());
}

}  // namespace

ResultPictures::ResultPictures(std::filesystem::path folder, const Dataset& data,
                               const std::vector<std::string>& classes, const TransformRegistry& transforms,
                               PictureOptions options)
    : folder_(std::move(folder)), data_(data), classes_(classes), transforms_(transforms), options_(options) {}

Result<Sample> ResultPictures::load(std::int64_t index, bool with_mask) const {
    GOETIA_ASSIGN(Sample sample, data_.sample(index));
    Json steps = Json::array({Json{{"type", "LoadImage"}}});
    if (with_mask && sample.has_mask()) steps.push_back({{"type", "LoadMask"}});
    GOETIA_ASSIGN(const Pipeline pipeline, Pipeline::make(transforms_, steps, "the pictures' steps"));
    GOETIA_TRY(pipeline.apply(sample, 0, 0, &data_));
    return sample;
}

Status ResultPictures::draw(const Sample& sample) {
    SheetPlan plan{.columns = 1,
                   .cell = std::max(kLeastSide, std::max(sample.image.width, sample.image.height)),
                   .targets = data_.targets()};
    const std::string name = std::filesystem::path(sample.name).stem().native();
    GOETIA_TRY(make_folders(folder_ / "pictures"));
    GOETIA_ASSIGN(const std::string bytes, encode_png(contact_sheet({sample}, classes_, plan)));
    return write_file_atomic(folder_ / "pictures" / fmt::format("{:05}_{}.png", sample.index, name), bytes);
}

void ResultPictures::remember(Mistake mistake) {
    const auto place = std::find_if(worst_.begin(), worst_.end(),
                                    [&](const Mistake& one) { return one.wrongness < mistake.wrongness; });
    worst_.insert(place, std::move(mistake));
    if (static_cast<std::int64_t>(worst_.size()) > options_.mistakes) worst_.pop_back();
}

Status ResultPictures::take(const Predictions& found, const std::vector<Frame>& frames, const Truth* truth) {
    for (std::size_t row = 0; row < frames.size(); ++row) {
        const double wrong = truth != nullptr ? wrongness(found, *truth, row, options_.least_score) : 0;
        const bool is_drawn = drawn_ < options_.pictures;
        const bool is_kept =
            wrong > 0 && options_.mistakes > 0 &&
            (static_cast<std::int64_t>(worst_.size()) < options_.mistakes || worst_.back().wrongness < wrong);
        if (!is_drawn && !is_kept) continue;
        GOETIA_ASSIGN(Sample annotated, load(frames[row].sample, is_kept));
        Sample seen = with_found(annotated, found, row, options_.least_score);
        if (is_drawn) {
            GOETIA_TRY(draw(seen));
            ++drawn_;
        }
        if (!is_kept) continue;
        seen.name = caption("found", seen), annotated.name = caption("truth", annotated);
        remember({.wrongness = wrong, .truth = std::move(annotated), .found = std::move(seen)});
    }
    return {};
}

Result<std::vector<std::filesystem::path>> ResultPictures::finish() {
    std::vector<std::filesystem::path> files;
    if (drawn_ > 0) files.push_back(folder_ / "pictures");
    if (worst_.empty()) return files;
    std::vector<Sample> pairs;
    for (Mistake& one : worst_) pairs.push_back(std::move(one.truth)), pairs.push_back(std::move(one.found));
    files.push_back(folder_ / "mistakes.png");
    GOETIA_ASSIGN(const std::string bytes, encode_png(contact_sheet(pairs, classes_, {.targets = data_.targets()})));
    GOETIA_TRY(write_file_atomic(files.back(), bytes));
    return files;
}

}  // namespace goetia
