// Writes <split>/<class>/ and classes.txt.
#include "base/files.h"
#include "datasets/formats/lost_fields.h"
#include "datasets/formats/writer_support.h"

namespace goetia {

Result<LostCounts> write_image_folder(const AnnotatedSet& set, const WritePlan& plan) {
    GOETIA_TRY(check_task(set, {Task::kClassification}, "ImageFolder"));
    GOETIA_TRY(check_transfer(plan, "ImageFolder"));
    for (const std::string& name : set.classes) {
        if (name.find('/') != std::string::npos || name.starts_with('.'))
            return invalid("class '{}' cannot name a folder; rename it", name);
    }
    const std::filesystem::path folder = plan.folder / split_name(plan.split);
    GOETIA_ASSIGN(const std::string classes, class_list(set, "ImageFolder"));
    const auto in_class = [&](const AnnotatedImage& image, const std::filesystem::path& name) {
        if (image.label < 0) return name;
        const std::string& own = set.classes.at(static_cast<std::size_t>(image.label));
        return name.native().starts_with(own + "/") ? name : own / name;
    };
    const auto [names, renamed] = image_names(set, {.place = in_class});
    std::int64_t unlabelled = 0;
    GOETIA_TRY(make_folders(folder));
    for (std::size_t i = 0; i < names.size(); ++i) {
        const AnnotatedImage& image = set.images[i];
        GOETIA_TRY(check_stop(plan));
        if (image.label < 0 && plan.split != Split::kTest) {
            ++unlabelled;  // there is no folder for it
            continue;
        }
        GOETIA_TRY(transfer_file(set.path(image), folder / names[i], plan.transfer));
        if (plan.on_progress) plan.on_progress(static_cast<std::int64_t>(i) + 1, std::ssize(names));
    }
    GOETIA_TRY(write_file_atomic(plan.folder / "classes.txt", classes));
    LostCounts lost = count_lost(set, {.numbers = true, .image_labels = true}, renamed);
    if (unlabelled > 0) lost["pictures without label (left out)"] = unlabelled;
    return lost;
}

}  // namespace goetia
