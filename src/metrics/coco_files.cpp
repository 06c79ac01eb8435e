#include "metrics/coco_files.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/json.h"
#include "base/json_text.h"

namespace goetia {
namespace {

constexpr std::size_t kMostCocoFaults = 20;

// The objects of one image and category, as they stand in the files.
struct Group {
    std::vector<std::array<double, 4>> found_boxes, truth_boxes;
    std::vector<double> scores, areas;
    std::vector<CocoTruth> truths;
};

class CocoReader {
  public:
    CocoReader(std::string truth_name, std::string predictions_name)
        : truth_name_(std::move(truth_name)), predictions_name_(std::move(predictions_name)) {}

    void read_truth(const Json& document) {
        for (const char* list : {"images", "categories", "annotations"}) {
            if (!document.is_object() || !document.contains(list) || !document[list].is_array())
                return fault(truth_name_, list, "is missing or no list");
        }
        std::set<std::int64_t> images;
        std::map<std::int64_t, std::string> categories;
        each(document["images"], truth_name_, "images", [&](const Json& one) { images.insert(whole(one, "id")); });
        each(document["categories"], truth_name_, "categories",
             [&](const Json& one) { categories[whole(one, "id")] = one.value("name", ""); });
        files_.images.assign(images.begin(), images.end());
        for (const auto& [id, name] : categories)
            files_.category_ids.push_back(id), files_.category_names.push_back(name);
        groups_.resize(categories.size());
        each(document["annotations"], truth_name_, "annotations", [&](const Json& one) { take_annotation(one); });
    }

    void read_predictions(const Json& document) {
        if (!document.is_array()) return fault(predictions_name_, "", "must be a list of results");
        each(document, predictions_name_, "", [&](const Json& one) { take_result(one); });
    }

    Result<CocoFiles> finish() {
        if (!faults_.empty()) {
            Error error = invalid("'{}' and '{}' cannot be scored", truth_name_, predictions_name_);
            error.faults = std::move(faults_);
            return error;
        }
        for (const auto& images : groups_) {
            auto& matched = files_.matched.emplace_back();
            for (const auto& [image, group] : images) matched.push_back(match(group));
        }
        return std::move(files_);
    }

  private:
    template <class Take>
    void each(const Json& list, const std::string& file, const char* name, Take take) {
        for (std::size_t i = 0; i < list.size() && faults_.size() < kMostCocoFaults; ++i) {
            try {
                take(list[i]);
            } catch (const Json::exception& error) {
                fault(file, fmt::format("{}[{}]", name, i), error.what());
            } catch (const std::out_of_range& error) {
                fault(file, fmt::format("{}[{}]", name, i), error.what());
            }
        }
    }

    void fault(const std::string& file, const std::string& path, const std::string& message) {
        Fault found;
        found.file = file, found.path = path, found.message = message;
        faults_.push_back(std::move(found));
    }

    static std::int64_t whole(const Json& one, const char* key) { return one.at(key).get<std::int64_t>(); }

    static std::array<double, 4> box(const Json& one) {
        const Json& list = one.at("bbox");
        return {list.at(0).get<double>(), list.at(1).get<double>(), list.at(2).get<double>(), list.at(3).get<double>()};
    }

    Group* group_of(const Json& one) {
        const std::int64_t image = whole(one, "image_id"), category = whole(one, "category_id");
        if (!std::binary_search(files_.images.begin(), files_.images.end(), image))
            throw std::out_of_range(fmt::format("there is no image with the id {} in '{}'", image, truth_name_));
        const auto place = std::lower_bound(files_.category_ids.begin(), files_.category_ids.end(), category);
        if (place == files_.category_ids.end() || *place != category) return nullptr;
        return &groups_[static_cast<std::size_t>(place - files_.category_ids.begin())][image];
    }

    void take_annotation(const Json& one) {
        const std::array<double, 4> place = box(one);
        Group* const group = group_of(one);
        if (group == nullptr)
            throw std::out_of_range(fmt::format("there is no category with the id {}", whole(one, "category_id")));
        const std::int64_t id = whole(one, "id");
        group->truth_boxes.push_back(place);
        group->truths.push_back({.area = one.value("area", place[2] * place[3]),
                                 .crowd = one.value("iscrowd", 0) != 0,
                                 .ignored = one.value("ignore", 0) != 0,
                                 .has_id_0 = id == 0});
        files_.has_annotation_0 = files_.has_annotation_0 || id == 0;
        ++files_.truths;
    }

    void take_result(const Json& one) {
        const std::array<double, 4> place = box(one);
        const auto score = one.at("score").get<double>();
        Group* const group = group_of(one);
        ++files_.found;
        if (group == nullptr) return static_cast<void>(++files_.of_unknown_categories);
        group->found_boxes.push_back(place);
        group->scores.push_back(score);
        group->areas.push_back(place[2] * place[3]);
    }

    static MatchedImage match(const Group& group) {
        std::vector<double> overlaps;
        overlaps.reserve(group.found_boxes.size() * group.truth_boxes.size());
        for (const auto& found : group.found_boxes) {
            for (std::size_t i = 0; i < group.truth_boxes.size(); ++i)
                overlaps.push_back(coco_overlap(found, group.truth_boxes[i], group.truths[i].crowd));
        }
        return match_coco(group.scores, group.areas, group.truths, overlaps);
    }

    std::string truth_name_, predictions_name_;
    CocoFiles files_;
    std::vector<std::map<std::int64_t, Group>> groups_;  // by category, then image
    std::vector<Fault> faults_;
};

}  // namespace

Result<CocoFiles> read_coco_files(std::string_view truth, const std::string& truth_name, std::string_view predictions,
                                  const std::string& predictions_name) {
    CocoReader reader(truth_name, predictions_name);
    GOETIA_ASSIGN(const Json annotations, parse_json(truth, truth_name));
    GOETIA_ASSIGN(const Json results, parse_json(predictions, predictions_name));
    reader.read_truth(annotations);
    reader.read_predictions(results);
    return reader.finish();
}

}  // namespace goetia
