#include "apps/goetia-runtime/forward_step.h"

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "imaging/masks/rle.h"
#include "learn/tasks/task_kit.h"

namespace goetia::runtime {
namespace {

Json object_json(const FoundObject& object) {
    Json json{{"box", {object.box.x1, object.box.y1, object.box.x2, object.box.y2}},
              {"label", object.label},
              {"score", object.score}};
    if (object.mask)
        json["mask"] = {{"size", {object.mask->height, object.mask->width}},
                        {"counts", compress_counts(object.mask->counts)}};
    return json;
}

struct RowsJson {
    Json operator()(const ClassScores& found) const { return chunks(found.scores, found.classes); }
    Json operator()(const TargetValues& found) const { return chunks(found.values, found.targets); }
    Json operator()(const Memberships& found) const {
        return chunks(found.probabilities.scores, found.probabilities.classes);
    }
    Json operator()(const FoundObjects& found) const {
        Json rows = Json::array();
        for (const auto& objects : found.rows) {
            Json row = Json::array();
            for (const FoundObject& object : objects) row.push_back(object_json(object));
            rows.push_back(std::move(row));
        }
        return rows;
    }
    Json operator()(const ClassMaps& found) const {
        Json rows = Json::array();
        for (const Image& map : found.rows)
            rows.push_back({{"height", map.height}, {"width", map.width}, {"classes", map.pixels}});
        return rows;
    }

  private:
    template <class Number>
    static Json chunks(const std::vector<Number>& all, std::int64_t length) {
        Json rows = Json::array();
        for (auto at = all.begin(); at != all.end(); at += length) rows.push_back(std::vector<Number>(at, at + length));
        return rows;
    }
};

Instance instance_of(const Json& json) {
    const auto box = json.at("box").get<std::vector<float>>();
    Instance object;
    object.box = {box.at(0), box.at(1), box.at(2), box.at(3)};
    object.label = json.at("label").get<std::int64_t>();
    object.crowd = json.value("crowd", false);
    if (json.contains("polygons")) object.polygons = json["polygons"].get<std::vector<Polygon>>();
    return object;
}

Truth truth_of(const Json& json, std::size_t rows) {
    Truth truth;
    truth.labels = json.value("labels", std::vector<std::int64_t>(rows, -1));
    truth.objects.resize(rows);
    for (std::size_t row = 0; json.contains("objects") && row < rows; ++row) {
        for (const Json& object : json["objects"].at(row)) truth.objects[row].push_back(instance_of(object));
    }
    if (json.contains("values")) {
        for (const Json& row : json["values"]) {
            for (const Json& value : row) truth.values.push_back(value.get<double>());
        }
    }
    if (json.contains("masks")) {
        for (const Json& row : json["masks"]) {
            for (const Json& line : row) {
                for (const Json& pixel : line) truth.masks.push_back(pixel.get<std::uint8_t>());
            }
        }
    }
    return truth;
}

}  // namespace

Result<std::vector<Frame>> frames_of(const torch::Tensor& images, const std::optional<std::string>& sizes) {
    const auto height = static_cast<int>(images.size(2)), width = static_cast<int>(images.size(3));
    std::vector<Frame> frames;
    for (std::int64_t row = 0; row < images.size(0); ++row)
        frames.push_back({.sample = row,
                          .width = width,
                          .height = height,
                          .to_original = {},
                          .row_width = width,
                          .row_height = height});
    if (!sizes) return frames;
    const Json list = Json::parse(*sizes, nullptr, false);
    if (!list.is_array() || list.size() != frames.size())
        return invalid("'--sizes {}' must be a JSON list with [height, width] for each of the {} images", *sizes,
                       frames.size());
    for (std::size_t row = 0; row < frames.size(); ++row) {
        if (!list[row].is_array() || list[row].size() != 2 || !list[row][0].is_number_integer() ||
            !list[row][1].is_number_integer())
            return invalid("'--sizes {}': entry {} is {}, expected [height, width]", *sizes, row, list[row].dump());
        frames[row].height = list[row][0].get<int>(), frames[row].width = list[row][1].get<int>();
    }
    return frames;
}

Status write_predictions(const Predictions& found, const std::string& file) {
    return write_file_atomic(file, Json{{"rows", std::visit(RowsJson{}, found)}}.dump() + "\n");
}

Result<Targets> read_targets(const std::string& file, Task task, const std::vector<Frame>& frames) {
    GOETIA_ASSIGN(const std::string text, read_file(file));
    GOETIA_ASSIGN(const TaskKit* const kit, task_kit(task));
    try {
        return kit->encode(truth_of(Json::parse(text), frames.size()), frames, torch::kCPU);
    } catch (const std::exception& fault) {
        return invalid("'{}' is no truth of {} images for {}: {}", file, frames.size(), task_name(task), fault.what());
    }
}

Status write_losses(const Losses& losses, const std::string& file) {
    Json parts = Json::object();
    for (const auto& [name, part] : losses.parts) parts[name] = part.item<double>();
    const Json json{{"total", losses.total.item<double>()}, {"parts", std::move(parts)}};
    return write_file_atomic(file, json.dump(2) + "\n");
}

}  // namespace goetia::runtime
