// Found objects as COCO's results, and the truth of a split as COCO's annotations with the same ids.
#include <charconv>

#include "base/files.h"
#include "base/json.h"
#include "datasets/dataset.h"
#include "imaging/masks/rle.h"
#include "learn/inference/result_files.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

// The format's own id where that is a number, else the place in the set, counted from 1.
std::int64_t image_id(const Sample& sample) {
    std::int64_t id = 0;
    const char* end = sample.id.data() + sample.id.size();
    const auto read = std::from_chars(sample.id.data(), end, id);
    return !sample.id.empty() && read.ec == std::errc() && read.ptr == end ? id : sample.index + 1;
}

Json box_json(const Box& box) { return {box.x1, box.y1, box.width(), box.height()}; }

Json mask_json(const Rle& mask) {
    return {{"size", {mask.height, mask.width}}, {"counts", compress_counts(mask.counts)}};
}

class ObjectFiles final : public ResultFiles {
  public:
    ObjectFiles(fs::path folder, const Dataset& data, const std::vector<std::string>& classes)
        : folder_(std::move(folder)), data_(data), classes_(classes) {}

    Status take(const Predictions& found, const std::vector<Frame>& frames, const Truth* truth) override {
        const auto& objects = std::get<FoundObjects>(found);
        has_truth_ = has_truth_ || truth != nullptr;
        for (std::size_t row = 0; row < frames.size(); ++row) {
            GOETIA_ASSIGN(const Sample sample, data_.sample(frames[row].sample));
            const std::int64_t id = image_id(sample);
            images_.push_back(
                {{"id", id}, {"file_name", sample.name}, {"width", frames[row].width}, {"height", frames[row].height}});
            for (const FoundObject& object : objects.rows[row]) results_.push_back(result_json(id, object));
            if (truth == nullptr) continue;
            for (const Instance& object : truth->objects[row]) annotations_.push_back(annotation_json(id, object));
        }
        return {};
    }

    Result<std::vector<fs::path>> finish() override {
        std::vector<fs::path> files{folder_ / "predictions.json", folder_ / "images.json"};
        GOETIA_TRY(write_file_atomic(files[0], results_.dump() + "\n"));
        GOETIA_TRY(write_file_atomic(files[1], images_.dump(1) + "\n"));
        if (!has_truth_) return files;
        Json categories = Json::array();
        for (std::size_t i = 0; i < classes_.size(); ++i)
            categories.push_back({{"id", category_id(static_cast<std::int64_t>(i))}, {"name", classes_[i]}});
        const Json truth{{"images", images_}, {"annotations", annotations_}, {"categories", std::move(categories)}};
        files.push_back(folder_ / "truth.json");
        GOETIA_TRY(write_file_atomic(files.back(), truth.dump() + "\n"));
        return files;
    }

  private:
    // COCO's own where the set has them, else counted from 1.
    [[nodiscard]] std::int64_t category_id(std::int64_t label) const {
        const auto place = static_cast<std::size_t>(label);
        return place < data_.class_ids().size() ? data_.class_ids()[place] : label + 1;
    }

    [[nodiscard]] Json result_json(std::int64_t image, const FoundObject& object) const {
        Json json{{"image_id", image},
                  {"category_id", category_id(object.label)},
                  {"bbox", box_json(object.box)},
                  {"score", object.score}};
        if (object.mask) json["segmentation"] = mask_json(*object.mask);
        return json;
    }

    [[nodiscard]] Json annotation_json(std::int64_t image, const Instance& object) const {
        Json json{{"id", static_cast<std::int64_t>(annotations_.size()) + 1},
                  {"image_id", image},
                  {"category_id", category_id(object.label)},
                  {"bbox", box_json(object.box)},
                  {"area", object.area > 0 ? object.area : object.box.area()},
                  {"iscrowd", object.crowd ? 1 : 0}};
        if (object.mask) json["segmentation"] = mask_json(*object.mask);
        else if (!object.polygons.empty()) json["segmentation"] = object.polygons;
        return json;
    }

    fs::path folder_;
    const Dataset& data_;
    const std::vector<std::string>& classes_;
    Json images_ = Json::array(), results_ = Json::array(), annotations_ = Json::array();
    bool has_truth_ = false;
};

}  // namespace

std::unique_ptr<ResultFiles> object_files(const fs::path& folder, const Dataset& data,
                                          const std::vector<std::string>& classes) {
    return std::make_unique<ObjectFiles>(folder, data, classes);
}

}  // namespace goetia
