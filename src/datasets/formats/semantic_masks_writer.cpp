// Writes images/<split>/, masks/<split>/ and classes.txt.
#include "base/files.h"
#include "datasets/formats/lost_fields.h"
#include "datasets/formats/writer_support.h"

namespace goetia {

Result<LostCounts> write_semantic_masks(const AnnotatedSet& set, const WritePlan& plan) {
    GOETIA_TRY(check_task(set, {Task::kSemantic}, "SemanticMasks"));
    GOETIA_TRY(check_transfer(plan, "SemanticMasks"));
    const std::string split(split_name(plan.split));
    GOETIA_ASSIGN(const std::string classes, class_list(set, "SemanticMasks"));
    const auto [names, renamed] = image_names(set, {.own_stems = true});
    GOETIA_TRY(transfer_images(set, names, plan.folder / "images" / split, plan));
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::filesystem::path& mask = set.images[i].mask;
        if (mask.empty()) continue;
        GOETIA_TRY(check_stop(plan));
        GOETIA_TRY(transfer_file(mask, plan.folder / "masks" / split / (stem_of(names[i]) + mask.extension().native()),
                                 plan.transfer));
    }
    GOETIA_TRY(write_file_atomic(plan.folder / "classes.txt", classes));
    return count_lost(set, {.numbers = true, .masks = true}, renamed);
}

}  // namespace goetia
