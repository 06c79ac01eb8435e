#include "learn/inference/result_pictures.h"

#include <algorithm>

#include "base/files.h"
#include "imaging/decode/encode.h"
#include "imaging/preview/sheet.h"
#include "learn/inference/loaded_sample.h"
#include "learn/inference/rows.h"

namespace goetia {
namespace {

constexpr int kLeastSide = 320;  // small images are enlarged, so that names can be read

}  // namespace

ResultPictures::ResultPictures(std::filesystem::path folder, const Dataset& data,
                               const std::vector<std::string>& classes, const TransformRegistry& transforms,
                               PictureOptions options)
    : folder_(std::move(folder)), data_(data), classes_(classes), transforms_(transforms), options_(options) {}

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
        GOETIA_ASSIGN(Sample annotated, loaded_sample(data_, transforms_, frames[row].sample));
        Sample seen = with_found(annotated, found, row, options_.least_score);
        if (is_drawn) {
            GOETIA_TRY(draw(seen));
            ++drawn_;
        }
        if (!is_kept) continue;
        remember({.wrongness = wrong, .pair = truth_and_found(std::move(annotated), std::move(seen))});
    }
    return {};
}

Result<std::vector<std::filesystem::path>> ResultPictures::finish() {
    std::vector<std::filesystem::path> files;
    if (drawn_ > 0) files.push_back(folder_ / "pictures");
    if (worst_.empty()) return files;
    std::vector<Sample> pairs;
    for (Mistake& one : worst_) pairs.insert(pairs.end(), one.pair.begin(), one.pair.end());
    files.push_back(folder_ / "mistakes.png");
    GOETIA_ASSIGN(const std::string bytes, encode_png(contact_sheet(pairs, classes_, {.targets = data_.targets()})));
    GOETIA_TRY(write_file_atomic(files.back(), bytes));
    return files;
}

}  // namespace goetia
