// The faults of images with masks, for faults_of_formats_test.cpp.
#include "testkit/faulty_sets.h"

namespace goetia::testkit {
namespace {

std::string mask_of(int number) { return fmt::format("masks/{}/{}.png", number < 4 ? "train" : "val", number); }

const ImageLayout& mask_place() {
    static const ImageLayout kLayout{
        [](int number) { return fmt::format("images/{}/{}.png", number < 4 ? "train" : "val", number); },
        [](int number) { return std::to_string(number); }};
    return kLayout;
}

// Sky on the left, road on the right.
Json make_mask_set(const fs::path& folder) {
    write_images(folder, mask_place());
    for (int number = 0; number < 8; ++number) write_mask(folder / mask_of(number), 64, 48, 0, 1, 32);
    write_text(folder / "classes.txt", "sky\nroad\n");
    return {{"type", "SemanticMasks"}, {"data_root", folder.native()}};
}

FaultCase mask_classes(FindingKind kind, const char* text, int line, const char* found,
                       Severity severity = Severity::kFault) {
    return {
        kind,    [=](SetOnDisk& set) { write_text(set.folder / "classes.txt", text); }, "classes.txt", line, "", found,
        severity};
}

FaultCase mask(FindingKind kind, const std::function<void(const fs::path&)>& spoil, const char* found) {
    return {kind, [=](SetOnDisk& set) { spoil(set.folder / mask_of(1)); }, mask_of(1), 0, "1.png", found};
}

void list_masks(SetOnDisk& set, const std::string& list) {
    write_text(set.folder / "train.txt", list);
    set.section["train"] = {{"ann_file", "train.txt"}};
}

std::vector<FaultCase> mask_cases() {
    const std::vector<FaultCase> own{
        {FindingKind::kMissingFile, [](SetOnDisk& set) { list_masks(set, "0\n1\n2\n3\n9\n"); }, "train.txt", 5, "9",
         "there is no image '9' with a mask"},
        mask(
            FindingKind::kUnreadableImage, [](const fs::path& file) { write_text(file, "no mask"); }, "1.png"),
        mask(FindingKind::kTruncatedImage, halve, "1.png"),
        mask_classes(FindingKind::kBadSyntax, "sky\n\nroad\n", 2, "an empty line between class names"),
        mask_classes(FindingKind::kDuplicateId, "sky\nroad\nsky\n", 3, "the class name 'sky' appears twice"),
        {FindingKind::kDuplicateId, [](SetOnDisk& set) { list_masks(set, "0\n1\n2\n3\n0\n"); }, "train.txt", 5, "0",
         "image '0.png' is listed twice, first in line 1"},
        {FindingKind::kMissingImage,
         [](SetOnDisk& set) { write_mask(set.folder / "masks/train/9.png", 64, 48, 0, 1, 32); }, "masks/train/9.png", 0,
         "9", "the mask has no image"},
        {FindingKind::kUnknownClass, [](SetOnDisk& set) { set.section["num_classes"] = 3; }, "classes.txt", 0, "",
         "there are 2 classes, num_classes is 3"},
        {FindingKind::kClassLists,
         [](SetOnDisk& set) {
             separate_splits(set);
             write_text(set.folder / "other/classes.txt", "road\nsky\n");
         },
         "other/images/val", 0, "val", "class 0 is 'road', in the training split it is 'sky'"},
        mask(
            FindingKind::kMaskValue, [](const fs::path& file) { write_mask(file, 64, 48, 0, 2, 32); },
            "contains 2 in 1536 pixels, which is not a class"),
        mask(
            FindingKind::kMaskSize, [](const fs::path& file) { write_mask(file, 60, 48, 0, 1, 32); },
            "the mask is 60 x 48 pixels, its image '1.png' is 64 x 48"),
        {FindingKind::kEmptyClass, [](SetOnDisk& set) { write_text(set.folder / "classes.txt", "sky\nroad\nsea\n"); },
         "images/train", 0, "sea", "class 'sea' (index 2) has no training samples", Severity::kWarning},
        {FindingKind::kImbalance,
         [](SetOnDisk& set) {
             for (const int number : kTrainImages) write_mask(set.folder / mask_of(number), 64, 48, 0, 1, 63);
         },
         "images/train", 0, "road", "class 'road' occurs 192 times"},
        {FindingKind::kUnlabelled, [](SetOnDisk& set) { fs::remove(set.folder / mask_of(1)); }, mask_place().path(1), 0,
         "1", "the image has no mask"},
    };
    return joined(faults_of_images(mask_place()), own);
}

}  // namespace

FormatFaults faults_of_masks() {
    return {"SemanticMasks",
            "SemanticMasks",
            make_mask_set,
            mask_cases(),
            {{FindingKind::kIdGap, "classes are the lines of their file"},
             {FindingKind::kSizeMismatch, "no sizes of images; a mask's own is mask_size"},
             {FindingKind::kEmptyBox, "no boxes"},
             {FindingKind::kNegativeBox, "no boxes"},
             {FindingKind::kBoxOutside, "no boxes"},
             {FindingKind::kShortPolygon, "no outlines"},
             {FindingKind::kBadRuns, "no runs"},
             {FindingKind::kSubjectLeak, "no subjects"}}};
}

}  // namespace goetia::testkit
