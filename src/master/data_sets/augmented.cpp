#include "master/data_sets/augmented.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/json_text.h"
#include "datasets/formats/annotated_dataset.h"
#include "feeding/transform.h"
#include "imaging/decode/encode.h"
#include "imaging/kernels/resample.h"
#include "imaging/preview/sheet.h"
#include "master/data_sets/opened_sets.h"
#include "net/tls.h"

namespace goetia {
namespace {

constexpr int kStepQuality = 90;
constexpr int kThumbnail = 128;          // the longer side, in pixels
constexpr std::size_t kMostSteps = 32;   // of a pipeline
constexpr double kLargestNumber = 4096;  // of a parameter: sides of images are among them
constexpr double kSecondsAllowed = 20;

// Sizes are parameters, and a large one would take all of the master's memory.
void find_large_numbers(const Json& part, const std::string& path, std::vector<Fault>& faults) {
    if (part.is_object()) {
        for (const auto& [key, value] : part.items()) find_large_numbers(value, path + "." + key, faults);
    } else if (part.is_array()) {
        for (std::size_t i = 0; i < part.size(); ++i)
            find_large_numbers(part[i], fmt::format("{}[{}]", path, i), faults);
    } else if (part.is_number() && !(std::abs(part.get<double>()) <= kLargestNumber)) {
        faults.push_back({.path = path,
                          .message = "is too large to be tried here",
                          .found = json_text(part),
                          .allowed = fmt::format("at most {}", kLargestNumber)});
    }
}

std::string step_type(const Json& step) {
    return step.is_object() && step.contains("type") && step["type"].is_string() ? step["type"].get<std::string>() : "";
}

Status check_steps(const Json& steps) {
    Error wrong{Code::kInvalid, "the pipeline cannot be tried as it stands", {}};
    if (steps.size() > kMostSteps)
        wrong.faults.push_back({.path = "pipeline",
                                .message = "has too many steps",
                                .found = std::to_string(steps.size()),
                                .allowed = fmt::format("at most {}", kMostSteps)});
    if (steps.empty() || step_type(steps[0]) != "LoadImage")
        wrong.faults.push_back({.path = "pipeline",
                                .message = "does not begin with reading the image",
                                .found = steps.empty() ? "no step" : step_type(steps[0]),
                                .allowed = "LoadImage as the first step"});
    find_large_numbers(steps, "pipeline", wrong.faults);
    return wrong.faults.empty() ? Status() : Status(std::move(wrong));
}

Status check_batch_steps(const Json& steps) {
    BatchTransformRegistry transforms(Kind::kBatchTransform);
    GOETIA_TRY(register_builtin_batch_transforms(transforms));
    Error wrong{Code::kInvalid, "the steps of batches cannot be used as they stand", {}};
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto made = transforms.make(steps[i], fmt::format("batch_augments[{}]", i));
        if (made) continue;
        const std::vector<Fault>& faults = made.error().faults;
        wrong.faults.insert(wrong.faults.end(), faults.begin(), faults.end());
    }
    return wrong.faults.empty() ? Status() : Status(std::move(wrong));
}

Image with_longer_side(const Image& image, int side) {
    const int longer = std::max(image.width, image.height);
    if (longer <= side) return image;
    const double factor = static_cast<double>(side) / longer;
    return resized(image, std::max(1, static_cast<int>(image.width * factor)),
                   std::max(1, static_cast<int>(image.height * factor)));
}

// "" once the pixels have become the numbers that a model takes.
Result<std::string> shown_image(const Sample& sample, int side) {
    if (!sample.planes.values.empty() || sample.image.pixels.empty()) return std::string();
    GOETIA_ASSIGN(const std::string bytes, encode_jpeg(with_longer_side(sample.image, side), kStepQuality));
    return base64(bytes);
}

class PipelineTrial {
  public:
    PipelineTrial(const AnnotatedDataset& data, const AugmentedAsked& asked, const StopToken& stop)
        : data_(data), asked_(asked), stop_(stop), until_(steady_seconds() + kSecondsAllowed) {}

    // The pipelines that end after each step: so the draws of each step are those of the whole one.
    Status prepare() {
        TransformRegistry transforms(Kind::kTransform);
        GOETIA_TRY(register_builtin_transforms(transforms));
        const Json& steps = *asked_.pipeline;
        GOETIA_TRY(Pipeline::make(transforms, steps, "pipeline"));  // every fault at once
        Json first = Json::array();
        for (const Json& step : steps) {
            if (!shown_end_ && step_type(step) == "ToTensor") shown_end_ = first.size();
            first.push_back(step);
            GOETIA_ASSIGN(Pipeline part, Pipeline::make(transforms, first, "pipeline"));
            pipelines_.push_back(std::move(part));
        }
        return {};
    }

    // One image and one fault for each step; nothing follows a step that fails.
    Status try_steps(std::int64_t index, Json& images, Json& faults) {
        for (std::size_t step = 0; step < pipelines_.size(); ++step) {
            GOETIA_TRY(check_time());
            images.push_back("");
            if (!faults.empty()) continue;
            GOETIA_ASSIGN(Sample sample, data_.sample(index));
            if (const Status done = pipelines_[step].apply(sample, asked_.seed, 0, &data_); !done) {
                faults[std::to_string(step)] = done.error().message;
                continue;
            }
            GOETIA_ASSIGN(images.back(), shown_image(sample, asked_.size));
        }
        return {};
    }

    // After the last step that leaves pixels, with the labels.
    Status try_samples(Json& images, const MayShow& may_show) {
        const std::size_t last = shown_end_.value_or(pipelines_.size());
        const std::int64_t count = std::min(asked_.count, data_.size());
        for (std::int64_t i = 0; i < count && last > 0; ++i) {  // spread evenly over the set
            GOETIA_TRY(check_time());
            GOETIA_ASSIGN(Sample sample, data_.sample(i * data_.size() / count));
            const bool is_made =
                may_show(sample.path) && pipelines_[last - 1].apply(sample, asked_.seed, 0, &data_).ok();
            if (!is_made || sample.image.pixels.empty() || !sample.planes.values.empty()) {
                images.push_back("");
                continue;
            }
            const SheetPlan plan{.columns = 1, .cell = kThumbnail, .targets = data_.targets()};
            GOETIA_ASSIGN(const std::string bytes,
                          encode_jpeg(contact_sheet({sample}, data_.classes(), plan), kStepQuality));
            images.push_back(base64(bytes));
        }
        return {};
    }

  private:
    [[nodiscard]] Status check_time() const {
        if (stop_.stop_requested()) return make_error(Code::kUnavailable, "the master stops");
        if (steady_seconds() < until_) return {};
        return make_error(Code::kUnavailable,
                          "the pipeline takes longer than {:.0f} s on these images; try it with fewer samples or steps",
                          kSecondsAllowed);
    }

    const AnnotatedDataset& data_;
    const AugmentedAsked& asked_;
    const StopToken& stop_;
    double until_;
    std::vector<Pipeline> pipelines_;       // the first step, the first two ...
    std::optional<std::size_t> shown_end_;  // how many steps leave pixels; none: all
};

}  // namespace

Result<Json> augmented_samples(const OpenedSet& set, const AugmentedAsked& asked, const MayShow& may_show,
                               const StopToken& stop) {
    GOETIA_ASSIGN(const auto data, split_of(set, asked.split));
    GOETIA_TRY(check_steps(*asked.pipeline));
    GOETIA_TRY(check_batch_steps(*asked.batch_augments));
    GOETIA_ASSIGN(const Sample first, data->sample(0));
    if (!may_show(first.path))
        return make_error(Code::kDenied, "image '{}' lies outside of the folders of data", first.name);
    PipelineTrial trial(*data, asked, stop);
    GOETIA_TRY(trial.prepare());
    Json steps = Json::array(), faults = Json::object(), samples = Json::array();
    GOETIA_TRY(trial.try_steps(0, steps, faults));
    if (asked.thumbnails) GOETIA_TRY(trial.try_samples(samples, may_show));
    Json notes = Json::array();
    for (const Json& step : *asked.batch_augments)
        notes.push_back(step_type(step) + " acts on whole batches: not shown");
    return Json{{"image", first.name},
                {"steps", std::move(steps)},
                {"step_faults", std::move(faults)},
                {"samples", std::move(samples)},
                {"notes", std::move(notes)}};
}

}  // namespace goetia
