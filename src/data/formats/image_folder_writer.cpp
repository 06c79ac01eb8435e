// Writes <split>/<class>/ and classes.txt.
#include "base/files.h"
#include "data/formats/losses.h"
#include "data/formats/placing.h"

namespace goetia {

Result<Lost> write_image_folder(const AnnotatedSet& set, const WritePlan& plan) {
    GOETIA_TRY(check_task(set, {Task::kClassification}, "ImageFolder"));
    GOETIA_TRY(check_placed(plan, "ImageFolder"));
    for (const std::string& name : set.classes) {
        if (name.find('/') != std::string::npos || name.starts_with('.'))
            return invalid("class '{}' cannot name a folder; rename it", name);
    }
    const std::filesystem::path folder = plan.folder / split_name(plan.split);
    const auto names = picture_names(set);
    std::int64_t unlabelled = 0;
    GOETIA_TRY(make_folders(folder));
    for (std::size_t i = 0; i < names.size(); ++i) {
        const AnnotatedImage& image = set.images[i];
        std::filesystem::path place = folder;
        std::string name = names[i];
        if (image.label >= 0) {
            const std::string& own = set.classes.at(static_cast<std::size_t>(image.label));
            place /= own;
            if (name.starts_with(own + "/")) name = name.substr(own.size() + 1);
        } else if (plan.split != Split::kTest) {
            ++unlabelled;  // it has no folder to stand in
            continue;
        }
        GOETIA_TRY(place_file(set.path(image), place / name, plan.placing));
        if (plan.told) plan.told(static_cast<std::int64_t>(i) + 1, std::ssize(names));
    }
    GOETIA_TRY(write_file_atomic(plan.folder / "classes.txt", fmt::format("{}\n", fmt::join(set.classes, "\n"))));
    Lost lost = lost_of(set, {.numbers = true, .image_labels = true});
    if (unlabelled > 0) lost["pictures without label (left out)"] = unlabelled;
    return lost;
}

}  // namespace goetia
