#include "datasets/splits/split_files.h"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_set>

#include <simdjson.h>

#include "base/files.h"
#include "datasets/formats/coco_json.h"
#include "datasets/formats/lines.h"
#include "datasets/tables/csv.h"

namespace goetia {
namespace {

constexpr std::array kSplits{Split::kTrain, Split::kVal, Split::kTest};

using Files = std::map<std::string, std::string>;

// Relative to its root if there is only one: a list cannot name a root.
std::string name_in_list(const AnnotatedSet& set, const AnnotatedImage& image) {
    return set.roots.size() == 1 ? image.name : std::filesystem::absolute(set.path(image)).native();
}

std::string label_of(const AnnotatedSet& set, const AnnotatedImage& image) {
    return image.label < 0 ? std::string() : set.classes.at(static_cast<std::size_t>(image.label));
}

Files lists(const AnnotatedSet& set, const std::vector<Split>& splits) {
    Files files;
    for (std::size_t i = 0; i < splits.size(); ++i) {
        const AnnotatedImage& image = set.images[i];
        std::string line = name_in_list(set, image);
        if (image.label >= 0) line += fmt::format(" {}", image.label);
        files[fmt::format("meta/{}.txt", split_name(splits[i]))] += line + "\n";
    }
    for (const std::string& name : set.classes) files["meta/classes.txt"] += name + "\n";
    return files;
}

Files table(const AnnotatedSet& set, const std::vector<Split>& splits) {
    const bool numbers = has_values(set.task);
    std::vector<std::string> header{"image"};
    if (numbers) header.insert(header.end(), set.targets.begin(), set.targets.end());
    else header.emplace_back("label");
    header.emplace_back("subject");
    header.emplace_back("split");
    std::string text = "\xEF\xBB\xBF" + csv_line(header);
    for (std::size_t i = 0; i < splits.size(); ++i) {
        const AnnotatedImage& image = set.images[i];
        std::vector<std::string> cells{name_in_list(set, image)};
        for (std::size_t t = 0; numbers && t < set.targets.size(); ++t)
            cells.push_back(t < image.values.size() ? fmt::format("{}", image.values[t]) : std::string());
        if (!numbers) cells.push_back(label_of(set, image));
        cells.push_back(image.subject);
        cells.emplace_back(split_name(splits[i]));
        text += csv_line(cells);
    }
    return {{"splits.csv", std::move(text)}};
}

Files image_lists(const AnnotatedSet& set, bool by_id, const std::vector<Split>& splits) {
    Files files;
    for (std::size_t i = 0; i < splits.size(); ++i) {
        const AnnotatedImage& image = set.images[i];
        files[fmt::format("{}.txt", split_name(splits[i]))] +=
            (by_id ? image.id : std::filesystem::absolute(set.path(image)).native()) + "\n";
    }
    return files;
}

Result<Files> coco_files(const AnnotatedSet& set, const std::vector<Split>& splits) {
    GOETIA_ASSIGN(const std::string document, read_file(set.files[0]));
    Files files;
    for (const Split split : kSplits) {
        std::vector<std::string> ids;
        for (std::size_t i = 0; i < splits.size(); ++i) {
            if (splits[i] == split) ids.push_back(set.images[i].id);
        }
        if (ids.empty()) continue;
        auto part = part_of_coco(document, ids);
        if (!part) return std::move(part).error().within(fmt::format("'{}'", set.files[0].native()));
        files[fmt::format("{}.json", split_name(split))] = std::move(part).value();
    }
    return files;
}

// The elements of a list whose id under `key` is selected, verbatim.
std::string selected_elements(simdjson::ondemand::value list, std::string_view key,
                              const std::unordered_set<std::string>& selected) {
    std::string kept;
    for (auto element : list.get_array()) {
        simdjson::ondemand::object object = element.get_object();
        const auto id = coco::as_integer(object.find_field_unordered(key));
        const bool taken = id && selected.contains(std::to_string(*id));
        object.reset();
        const std::string_view raw = object.raw_json();
        if (taken) kept += (kept.empty() ? "\n" : ",\n") + std::string(raw);
    }
    return "[" + kept + "]";
}

}  // namespace

Result<std::string> part_of_coco(const std::string& document, const std::vector<std::string>& ids) {
    const std::unordered_set<std::string> selected(ids.begin(), ids.end());
    try {
        const simdjson::padded_string padded(without_bom(document));
        simdjson::ondemand::parser parser;
        simdjson::ondemand::document parsed = parser.iterate(padded);
        std::string part = "{";
        for (auto field : parsed.get_object()) {
            const std::string key(field.unescaped_key().value());
            part += fmt::format("{}{}: ", part.size() == 1 ? "" : ",\n", Json(key).dump());
            simdjson::ondemand::value value = field.value();
            if (key == "images") part += selected_elements(value, "id", selected);
            else if (key == "annotations") part += selected_elements(value, "image_id", selected);
            else part += std::string_view(simdjson::to_json_string(value));
        }
        return part + "}\n";
    } catch (const simdjson::simdjson_error& error) {
        return invalid("the annotation file cannot be divided: {}", error.what());
    }
}

Result<Files> split_files(const AnnotatedSet& set, const std::string& format, const std::vector<Split>& splits) {
    const bool objects = set.task != Task::kClassification && !has_values(set.task);
    if (objects && set.files.size() == 1 && set.files[0].extension() == ".json") return coco_files(set, splits);
    if (objects) return image_lists(set, format == "VOC" || format == "SemanticMasks", splits);
    const bool subjects = std::ranges::any_of(set.images, [](const auto& image) { return !image.subject.empty(); });
    const bool as_table = format == "Table" || has_values(set.task) || subjects;
    return as_table ? table(set, splits) : lists(set, splits);
}

Json split_counts(const AnnotatedSet& set, const std::vector<Split>& splits) {
    Json counts = Json::object();
    std::map<std::string, std::set<Split>> splits_of_subject;
    for (const Split split : kSplits) {
        std::int64_t images = 0;
        std::set<std::string> subjects;
        std::vector<std::int64_t> per_class(set.classes.size(), 0);
        for (std::size_t i = 0; i < splits.size(); ++i) {
            const AnnotatedImage& image = set.images[i];
            if (splits[i] != split) continue;
            ++images;
            if (!image.subject.empty()) subjects.insert(image.subject), splits_of_subject[image.subject].insert(split);
            for (const std::int64_t label : labels_of(image.label, image.instances)) {
                if (label < static_cast<std::int64_t>(per_class.size())) ++per_class[static_cast<std::size_t>(label)];
            }
        }
        if (images == 0) continue;
        Json classes = Json::object();
        for (std::size_t c = 0; c < per_class.size(); ++c) classes[set.classes[c]] = per_class[c];
        counts["splits"][std::string(split_name(split))] = {
            {"images", images},
            {"subjects", subjects.empty() ? Json(nullptr) : Json(subjects.size())},
            {"classes", classes}};
    }
    counts["subjects_in_two"] =
        std::ranges::count_if(splits_of_subject, [](const auto& one) { return one.second.size() > 1; });
    return counts;
}

}  // namespace goetia
