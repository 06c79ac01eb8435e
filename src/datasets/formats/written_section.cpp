// How a set that was written is read again.
#include <algorithm>

#include "datasets/formats/writer.h"

namespace goetia {

Json written_section(const std::string& format, const AnnotatedSet& set, const std::vector<Split>& splits) {
    Json section{{"type", format}};
    if (set.task != Task::kRegression) section["num_classes"] = set.classes.size();
    if (format != "Table") return section;
    section["image_dir"] = "images";
    if (set.task == Task::kRegression) section["target_columns"] = set.targets;
    else if (set.task == Task::kMultilabel) section["class_columns"] = set.targets;
    else section.update({{"label_column", "label"}, {"classes_file", "classes.txt"}});
    const auto has_subject = [](const AnnotatedImage& image) { return !image.subject.empty(); };
    if (std::ranges::any_of(set.images, has_subject)) section["subject_column"] = "subject";
    for (const Split split : splits)
        section[std::string(split_name(split))]["ann_file"] = fmt::format("{}.csv", split_name(split));
    return section;
}

}  // namespace goetia
