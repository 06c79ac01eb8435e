#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "apps/goetia/command.h"
#include "apps/goetia/score_kit.h"
#include "base/files.h"
#include "imaging/decode/mask.h"
#include "metrics/map_counts.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMapConvention =
    "over all pixels of all images at once; pixels of class 255 in the truth count for nothing; means are over the "
    "classes that are in the truth or the predictions, of accuracy over those in the truth (dice as scikit-learn's "
    "macro F1); null where there is nothing to measure";
constexpr std::size_t kMostMapFaults = 20;

// Paths of the PNG files below a folder, relative to it.
Result<std::set<std::string>> masks_below(const std::string& folder) {
    std::error_code code;
    std::set<std::string> names;
    for (auto at = fs::recursive_directory_iterator(folder, code); !code && at != fs::end(at); at.increment(code)) {
        if (at->path().extension() == ".png") names.insert(at->path().lexically_relative(folder).generic_string());
    }
    if (code) return not_found("'{}' cannot be read as a folder of masks: {}", folder, code.message());
    if (names.empty()) return invalid("'{}' holds no mask; it needs PNG files whose pixels are class numbers", folder);
    return names;
}

class MapReader {
  public:
    explicit MapReader(const ScoreOptions& options) : options_(options), pairs_(kByteClasses) {}

    void read(const std::string& name) {
        const std::string truth_path = path(options_.truth, name), found_path = path(options_.predictions, name);
        const auto truth = read_mask(truth_path), found = read_mask(found_path);
        if (!truth) return fault(truth_path, truth.error().message);
        if (!found) return fault(found_path, found.error().message);
        if (truth->width != found->width || truth->height != found->height)
            return fault(found_path, fmt::format("is {} x {}, its truth {} x {} (width x height)", found->width,
                                                 found->height, truth->width, truth->height));
        for (const std::uint8_t pixel : truth->pixels) {
            if (pixel != kIgnoredPixel) most_ = std::max<std::int64_t>(most_, pixel);
        }
        for (std::size_t i = 0; i < found->pixels.size(); ++i) {
            if (truth->pixels[i] == kIgnoredPixel) continue;
            if (found->pixels[i] == kIgnoredPixel)
                return fault(found_path, "has a pixel of class 255, which only the truth may have, for 'ignored'");
            most_ = std::max<std::int64_t>(most_, found->pixels[i]);
        }
        if (options_.classes > 0 && most_ >= options_.classes)
            return fault(name, fmt::format("has a pixel of class {}, allowed are 0 to {} and in the truth 255", most_,
                                           options_.classes - 1));
        pairs_.add(found->pixels, truth->pixels);
    }

    void fault(const std::string& file, const std::string& message) {
        Fault found;
        found.file = file, found.message = message;
        faults_.push_back(std::move(found));
    }
    [[nodiscard]] bool is_full() const { return faults_.size() >= kMostMapFaults; }

    // Of as many classes as were named, or as there are up to the highest.
    Result<MapCounts> counts() && {
        if (!faults_.empty()) {
            Error error = invalid("'{}' and '{}' cannot be scored", options_.truth, options_.predictions);
            error.faults = std::move(faults_);
            return error;
        }
        const std::int64_t classes = options_.classes > 0 ? options_.classes : most_ + 1;
        MapCounts counts(classes);
        std::vector<double> state;
        for (std::int64_t truth = 0; truth < classes; ++truth) {
            for (std::int64_t found = 0; found < classes; ++found) state.push_back(pairs_.at(truth, found));
            state.push_back(0);
        }
        counts.set_state(std::move(state));
        return counts;
    }

  private:
    static constexpr std::int64_t kByteClasses = 256;

    static std::string path(const std::string& folder, const std::string& name) {
        return (fs::path(folder) / name).string();
    }

    const ScoreOptions& options_;
    MapCounts pairs_;
    std::int64_t most_ = 0;  // the highest class
    std::vector<Fault> faults_;
};

Json value_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

}  // namespace

Result<Outcome> score_segmentation(const ScoreOptions& options) {
    GOETIA_ASSIGN(const std::set<std::string> truth, masks_below(options.truth));
    GOETIA_ASSIGN(const std::set<std::string> found, masks_below(options.predictions));
    MapReader reader(options);
    for (const std::string& name : truth) {
        if (reader.is_full()) break;
        if (found.contains(name)) reader.read(name);
        else reader.fault(name, fmt::format("has no prediction in '{}'", options.predictions));
    }
    for (const std::string& name : found) {
        if (!reader.is_full() && !truth.contains(name))
            reader.fault(name, fmt::format("has no truth in '{}'", options.truth));
    }
    GOETIA_ASSIGN(const MapCounts counts, std::move(reader).counts());
    const MapScores scores = map_scores(counts);
    Outcome outcome;
    Json metrics = Json::object(), per_class = Json::array(), matrix = Json::array();
    for (const auto& [name, value] :
         {std::pair("miou", scores.mean_iou), std::pair("mean_accuracy", scores.mean_accuracy),
          std::pair("pixel_accuracy", scores.pixel_accuracy), std::pair("dice", scores.dice)}) {
        metrics[name] = value_or_null(value);
        outcome.text += std::isfinite(value) ? fmt::format("{:<16}{:.4f}\n", name, value)
                                             : fmt::format("{:<16}not defined\n", name);
    }
    for (std::int64_t one = 0; one < counts.classes(); ++one) {
        const auto place = static_cast<std::size_t>(one);
        per_class.push_back({{"class", one},
                             {"iou", value_or_null(scores.class_iou[place])},
                             {"accuracy", value_or_null(scores.class_accuracy[place])},
                             {"dice", value_or_null(scores.class_dice[place])}});
        Json& row = matrix.emplace_back(Json::array());
        for (std::int64_t other = 0; other < counts.classes(); ++other) row.push_back(counts.at(one, other));
    }
    outcome.json = {{"task", "segmentation"},
                    {"images", truth.size()},
                    {"classes", counts.classes()},
                    {"metrics", std::move(metrics)},
                    {"per_class", std::move(per_class)},
                    {"confusion_matrix", std::move(matrix)},
                    {"convention", kMapConvention}};
    return outcome;
}

}  // namespace goetia::cli
