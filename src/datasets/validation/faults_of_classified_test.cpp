// The faults of class folders and of ImageNet's lists, for faults_of_formats_test.cpp.
#include "testkit/faulty_sets.h"

namespace goetia::testkit {
namespace {

const char* class_of(int number) { return number % 2 == 0 ? "cat" : "dog"; }

const ImageLayout& in_folders() {
    static const ImageLayout kLayout{
        [](int number) { return fmt::format("{}/{}/{}.png", number < 4 ? "train" : "val", class_of(number), number); },
        [](int number) { return fmt::format("{}/{}.png", class_of(number), number); }};
    return kLayout;
}

const ImageLayout& in_lists() {
    static const ImageLayout kLayout{[](int number) { return fmt::format("images/{}.png", number); },
                                     [](int number) { return fmt::format("images/{}.png", number); }};
    return kLayout;
}

FaultCase classes(FindingKind kind, const char* text, int line, const char* found) {
    return {kind, [=](SetOnDisk& set) { write_text(set.folder / "classes.txt", text); }, "classes.txt", line, "",
            found};
}

void add_cats(const fs::path& folder, const std::function<std::string(int)>& path) {
    for (int number = 8; number < 44; number += 2)
        write_png(folder / path(number), stripes(static_cast<std::uint64_t>(number)));
}

std::vector<FaultCase> cases_of_folders() {
    const std::vector<FaultCase> own{
        no_classes_file(),
        classes(FindingKind::kBadSyntax, "cat\n\ndog\n", 2, "an empty line between class names"),
        classes(FindingKind::kDuplicateId, "cat\ndog\ncat\n", 3, "the class name 'cat' appears twice"),
        {FindingKind::kDuplicateImage,
         [](SetOnDisk& set) { fs::create_directory_symlink(set.folder / "train/cat", set.folder / "train/cat/more"); },
         "train/cat/more", 0, "", "a link leads back to"},
        {FindingKind::kUnknownClass, [](SetOnDisk& set) { write_png(set.folder / "val/cow/8.png", stripes(8)); },
         "val/cow", 0, "cow", "the folder name 'cow' is not a class"},
        {FindingKind::kEmptyClass, [](SetOnDisk& set) { fs::create_directories(set.folder / "train/bird"); },
         "train/bird", 0, "bird", "class folder 'bird' contains no images"},
        {FindingKind::kEmptyClass, [](SetOnDisk& set) { write_text(set.folder / "classes.txt", "cat\ndog\nbird\n"); },
         "train", 0, "bird", "class 'bird' (index 2) has no training samples", Severity::kWarning},
        {FindingKind::kImbalance,
         [](SetOnDisk& set) {
             add_cats(set.folder, [](int number) { return fmt::format("train/cat/{}.png", number); });
         },
         "train", 0, "dog", "class 'dog' occurs 2 times, class 'cat' 20 times"},
        {FindingKind::kUnlabelled, [](SetOnDisk& set) { write_png(set.folder / "train/8.png", stripes(8)); }, "train",
         0, "8.png", "1 images are outside of the class folders"},
        {FindingKind::kMissingImage,
         [](SetOnDisk& set) { write_text(set.folder / "meta/train.txt", "train/cat/8.png 0\n"); }, "meta/train.txt", 0,
         "", "not this list of 1 image, ", Severity::kWarning},
    };
    return joined(faults_of_images(in_folders()), own);
}

std::string list_of(const std::array<int, 4>& numbers) {
    std::string list;
    for (const int number : numbers) list += fmt::format("{} {}\n", in_lists().path(number), number % 2);
    return list;
}

FaultCase second_line(FindingKind kind, const std::string& line, const char* found) {
    return {kind, [=](SetOnDisk& set) { edit(set.folder / "train.txt", "images/1.png 1", line); }, "train.txt", 2, "",
            found};
}

std::vector<FaultCase> cases_of_lists() {
    const std::vector<FaultCase> own{
        no_classes_file(),
        {FindingKind::kMissingFile, [](SetOnDisk& set) { fs::remove(set.folder / in_lists().path(1)); }, "train.txt", 2,
         "images/1.png", "there is no file"},
        second_line(FindingKind::kBadSyntax, "images/1.png", "is not a path followed by a class number"),
        second_line(FindingKind::kUnknownClass, "images/1.png 7", "the label 7 is not a class"),
        {FindingKind::kDuplicateId,
         [](SetOnDisk& set) { write_text(set.folder / "train.txt", list_of(kTrainImages) + "images/0.png 0\n"); },
         "train.txt", 5, "images/0.png", "is listed twice, first in line 1"},
        {FindingKind::kClassLists,
         [](SetOnDisk& set) {
             separate_splits(set);
             write_text(set.folder / "other/classes.txt", "dog\ncat\n");
         },
         "other/val.txt", 0, "val", "class 0 is 'dog', in the training split it is 'cat'"},
        {FindingKind::kEmptyClass, [](SetOnDisk& set) { write_text(set.folder / "classes.txt", "cat\ndog\nbird\n"); },
         "train.txt", 0, "bird", "class 'bird' (index 2) has no training samples", Severity::kWarning},
        {FindingKind::kImbalance,
         [](SetOnDisk& set) {
             add_cats(set.folder, in_lists().path);
             std::string list = list_of(kTrainImages);
             for (int number = 8; number < 44; number += 2) list += in_lists().path(number) + " 0\n";
             write_text(set.folder / "train.txt", list);
         },
         "train.txt", 0, "dog", "class 'dog' occurs 2 times, class 'cat' 20 times"},
        {FindingKind::kUnlabelled,
         [](SetOnDisk& set) {
             for (const int number : {8, 9})
                 write_png(set.folder / in_lists().path(number), stripes(static_cast<std::uint64_t>(number)));
             write_text(set.folder / "test.txt", "images/8.png 0\nimages/9.png\n");
             set.section["test"] = {{"ann_file", "test.txt"}};
         },
         "test.txt", 2, "images/9.png", "'images/9.png' has no class, other images have one"},
    };
    return joined(faults_of_images(in_lists()), own);
}

// Both formats annotate an image with nothing but a class.
Unsupported unsupported_by_folders(const Unsupported& own) {
    return joined({{FindingKind::kSizeMismatch, "no sizes of images"},
                   {FindingKind::kEmptyBox, "no boxes"},
                   {FindingKind::kNegativeBox, "no boxes"},
                   {FindingKind::kBoxOutside, "no boxes"},
                   {FindingKind::kShortPolygon, "no outlines"},
                   {FindingKind::kBadRuns, "no runs"},
                   {FindingKind::kMaskValue, "no masks"},
                   {FindingKind::kMaskSize, "no masks"},
                   {FindingKind::kSubjectLeak, "no subjects"}},
                  own);
}

}  // namespace

FormatFaults faults_of_image_folder() {
    const auto make = [](const fs::path& folder) -> Json {
        write_images(folder, in_folders());
        return {{"type", "ImageFolder"}, {"data_root", folder.native()}};
    };
    return {"ImageFolder", "ImageFolder", make, cases_of_folders(),
            unsupported_by_folders({{FindingKind::kIdGap, "classes have no numbers"},
                                    {FindingKind::kClassLists, "one list of classes for all splits"}})};
}

FormatFaults faults_of_label_lists() {
    const auto make = [](const fs::path& folder) -> Json {
        write_images(folder, in_lists());
        write_text(folder / "train.txt", list_of(kTrainImages));
        write_text(folder / "val.txt", list_of(kValImages));
        write_text(folder / "classes.txt", "cat\ndog\n");
        return {{"type", "ImageNet"},
                {"data_root", folder.native()},
                {"train", {{"ann_file", "train.txt"}}},
                {"val", {{"ann_file", "val.txt"}}}};
    };
    return {"ImageNet lists", "ImageNet", make, cases_of_lists(),
            unsupported_by_folders(
                {{FindingKind::kIdGap, "a number that no line has is a class without sample: empty_class"},
                 {FindingKind::kMissingImage, "the lines are the list"}})};
}

}  // namespace goetia::testkit
