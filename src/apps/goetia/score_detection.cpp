#include "apps/goetia/command.h"
#include "apps/goetia/score_kit.h"
#include "metrics/coco_scores.h"
#include "metrics/coco_summary.h"
#include "metrics/curves.h"
#include "metrics/voc_match.h"

namespace goetia::cli {
namespace {

std::string coco_convention(IouType type) {
    return fmt::format(
        "pycocotools' for {}: IoU 0.50 to 0.95, at most 100 objects an image, areas of the annotations; null where "
        "there is nothing to find",
        type == IouType::kMasks ? "masks" : "boxes");
}

constexpr std::string_view kVocConvention =
    "VOC's for boxes: IoU from 0.5 on of continuous coordinates, each result with the object it overlaps most, of one "
    "object's several results the surest; difficult objects ('difficult' or 'ignore') and crowds count for nothing; ";

// COCO's -1 and NaN stand for "nothing to measure".
Json stat_or_null(double value) { return value >= 0 ? Json(value) : Json(nullptr); }

std::string stat_line(std::string_view name, double value) {
    return value >= 0 ? fmt::format("{:<12}{:.4f}\n", name, value) : fmt::format("{:<12}not defined\n", name);
}

Json class_entry(const CocoCategory& category, double value) {
    return {{"class", category.id}, {"name", category.name}, {"map", stat_or_null(value)}};
}

Json notes_on(const CocoFiles& files, const ScoreOptions& options) {
    Json notes = Json::array();
    if (files.has_annotation_0 && options.convention == "coco")
        notes.push_back("an annotation has the id 0, which pycocotools takes for 'no match'; number them from 1");
    if (files.of_unknown_categories > 0)
        notes.push_back(fmt::format("{} results are of categories that '{}' does not have, and count for nothing",
                                    files.of_unknown_categories, options.truth));
    if (files.areas_of_boxes)
        notes.push_back(
            "the results have a 'bbox' beside their masks, so that as with pycocotools small, medium and large are by "
            "the areas of these boxes; leave 'bbox' out to measure the masks");
    if (files.boxes_as_masks > 0)
        notes.push_back(fmt::format("{} results have no 'segmentation'; as with pycocotools their boxes stand for it",
                                    files.boxes_as_masks));
    return notes;
}

// Adds the twelve numbers and their text.
void add_coco_numbers(const CocoFiles& files, IouType type, Json& json, std::string& text) {
    constexpr std::array<const char*, 12> kNames{"map",   "map_50", "map_75",  "map_small", "map_medium", "map_large",
                                                 "mar_1", "mar_10", "mar_100", "mar_small", "mar_medium", "mar_large"};
    const CocoSummary summary = summarize_coco(match_coco_files(files, type));
    Json metrics = Json::object(), per_class = Json::array();
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        metrics[kNames[i]] = stat_or_null(summary.stats[i]);
        text += stat_line(kNames[i], summary.stats[i]);
    }
    for (std::size_t i = 0; i < files.categories.size(); ++i)
        per_class.push_back(class_entry(files.categories[i], summary.class_ap[i]));
    json["metrics"] = std::move(metrics), json["per_class"] = std::move(per_class);
    json["convention"] = coco_convention(type);
}

void add_voc_numbers(const CocoFiles& files, VocYear year, Json& json, std::string& text) {
    std::vector<double> all;
    Json per_class = Json::array();
    for (const Matched& one : match_voc_files(files)) {
        all.push_back(voc_average_precision(one, year));
        per_class.push_back(class_entry(files.categories[all.size() - 1], all.back()));
    }
    const double mean = mean_of_defined(all);
    text += stat_line("map", mean);
    json["metrics"] = {{"map", stat_or_null(mean)}}, json["per_class"] = std::move(per_class);
    json["convention"] =
        std::string(kVocConvention) +
        (year == VocYear::k2007 ? "precision at 11 recalls, as in 2007" : "area under the curve, as from 2010 on") +
        "; null where there is nothing to find";
}

}  // namespace

Result<Outcome> score_detection(const ScoreOptions& options) {
    if (options.convention != "coco" && options.iou_type != "bbox")
        return invalid("--convention {} compares boxes; leave --iou-type {} out", options.convention, options.iou_type);
    const IouType type = options.iou_type == "segm" ? IouType::kMasks : IouType::kBoxes;
    GOETIA_ASSIGN(const CocoFiles files, read_coco_files(options.truth, options.predictions, type));
    Json notes = notes_on(files, options);
    Outcome outcome;
    outcome.json = {
        {"task", type == IouType::kMasks ? "instance" : "detection"},
        {"iou_type", options.iou_type},
        {"images", files.images.size()},
        {"classes", files.categories.size()},
        {"objects", files.truth.objects.size()},
        {"predictions", files.found.objects.size() + static_cast<std::size_t>(files.of_unknown_categories)}};
    if (options.convention == "coco") add_coco_numbers(files, type, outcome.json, outcome.text);
    else
        add_voc_numbers(files, options.convention == "voc07" ? VocYear::k2007 : VocYear::k2010, outcome.json,
                        outcome.text);
    for (const Json& note : notes) outcome.text += note.get<std::string>() + "\n";
    outcome.json["notes"] = std::move(notes);
    return outcome;
}

}  // namespace goetia::cli
