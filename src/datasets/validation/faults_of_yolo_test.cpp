// The faults of a YOLO set, of boxes and of outlines, for faults_of_formats_test.cpp.
#include "testkit/faulty_sets.h"

namespace goetia::testkit {
namespace {

// How an object is written: a class and, from its left edge on, a shape of 0.2 x 0.4 of the image.
using Line = std::string (*)(int label, double left);

std::string box_line(int label, double left) { return fmt::format("{} {:.4f} 0.5 0.2 0.4\n", label, left + 0.1); }

std::string outline_line(int label, double left) {
    return fmt::format("{0} {1:.4f} 0.3 {2:.4f} 0.3 {2:.4f} 0.7\n", label, left, left + 0.2);
}

std::string labels_file(int number) { return fmt::format("labels/{}/{}.txt", number < 4 ? "train" : "val", number); }

const ImageLayout& yolo_place() {
    static const ImageLayout kLayout{
        [](int number) { return fmt::format("images/{}/{}.png", number < 4 ? "train" : "val", number); },
        [](int number) { return fmt::format("{}.png", number); }};
    return kLayout;
}

void write_labels(const fs::path& folder, Line line, int second_class = 1) {
    for (int number = 0; number < 8; ++number)
        write_text(folder / labels_file(number), line(0, 0.1) + line(second_class, 0.6));
}

void write_config(const fs::path& folder, const std::string& names, const std::string& train = "images/train") {
    write_text(folder / "data.yaml", fmt::format("train: {}\nval: images/val\nnames: {}\n", train, names));
}

Json make_yolo_set(const fs::path& folder, Line line) {
    write_images(folder, yolo_place());
    write_labels(folder, line);
    write_config(folder, "[cat, dog]");
    return {{"type", "YOLO"}, {"data_root", folder.native()}};
}

// The training images by a list, a line for each.
void list_yolo_images(const fs::path& folder, const std::string& more = "") {
    std::string list;
    for (const int number : kTrainImages) list += yolo_place().path(number) + "\n";
    write_text(folder / "train.txt", list + more);
    write_config(folder, "[cat, dog]", "train.txt");
}

// The second image's labels begin with this line.
FaultCase first_line(FindingKind kind, Line line, const std::string& first, const char* found,
                     Severity severity = Severity::kFault) {
    return {
        kind,           [=](SetOnDisk& set) { write_text(set.folder / labels_file(1), first + "\n" + line(1, 0.6)); },
        labels_file(1), 1,
        "1.png:1",      found,
        severity};
}

std::vector<FaultCase> faults_of_paths(Line line) {
    return {
        {FindingKind::kMissingFile,
         [](SetOnDisk& set) {
             list_yolo_images(set.folder);
             fs::remove(set.folder / yolo_place().path(1));
         },
         "train.txt", 2, "images/train/1.png", "images/train/1.png"},
        {FindingKind::kMissingFile,
         [](SetOnDisk& set) {
             fs::remove(set.folder / "data.yaml");
             set.section["classes_file"] = (set.folder / "gone.txt").native();
         },
         "gone.txt", 0, "", "gone.txt"},
        {FindingKind::kTruncatedImage, [](SetOnDisk& set) { fs::resize_file(set.folder / yolo_place().path(1), 12); },
         yolo_place().path(1), 0, "1.png", "1.png"},
        {FindingKind::kDuplicateId, [](SetOnDisk& set) { list_yolo_images(set.folder, yolo_place().path(0) + "\n"); },
         "train.txt", 5, "images/train/0.png", "is listed twice, first in line 1"},
        {FindingKind::kMissingImage,
         [=](SetOnDisk& set) { write_text(set.folder / "labels/train/9.txt", line(0, 0.1)); }, "labels/train/9.txt", 0,
         "9", "the labels have no image"},
        {FindingKind::kUnlabelled, [](SetOnDisk& set) { fs::remove(set.folder / labels_file(1)); }, labels_file(1), 0,
         "1.png", "1 of 4 images have no label file", Severity::kNote},
    };
}

std::vector<FaultCase> faults_of_classes(Line line) {
    return {
        {FindingKind::kDuplicateId, [](SetOnDisk& set) { write_config(set.folder, "[cat, dog, cat]"); }, "data.yaml", 3,
         "", "two classes are named 'cat'", Severity::kWarning},
        {FindingKind::kIdGap,
         [=](SetOnDisk& set) {
             write_labels(set.folder, line, 2);
             write_config(set.folder, "{0: cat, 2: dog}");
         },
         "data.yaml", 3, "class_1", "'names' lacks the number 1 of 0 to 2"},
        {FindingKind::kClassLists,
         [](SetOnDisk& set) {
             separate_splits(set);
             write_config(set.folder / "other", "[dog, cat]");
         },
         "other/images/val", 0, "val", "class 0 is 'dog', in the training split it is 'cat'"},
        {FindingKind::kEmptyClass, [](SetOnDisk& set) { write_config(set.folder, "[cat, dog, bird]"); }, "images/train",
         0, "bird", "class 'bird' (index 2) has no training samples", Severity::kWarning},
        {FindingKind::kImbalance,
         [=](SetOnDisk& set) {
             std::string cats;
             for (int i = 0; i < 45; ++i) cats += line(0, 0.1 + i * 0.01);
             write_text(set.folder / labels_file(0), cats);
         },
         "images/train", 0, "dog", "class 'dog' occurs 3 times, class 'cat' 48 times"},
    };
}

std::vector<FaultCase> faults_of_lines(Line line) {
    std::string unknown = line(7, 0.1);
    unknown.pop_back();
    return {
        first_line(FindingKind::kBadSyntax, line, "x 0.5 0.5 0.2 0.2", "'x' is not a number"),
        first_line(FindingKind::kBadSyntax, line, "0 32 24 10 10", "32 is not a fraction of the image size"),
        first_line(FindingKind::kUnknownClass, line, unknown, "class 7 of the annotation of '1.png' in line 1"),
        first_line(FindingKind::kUnknownClass, line, "1.5" + unknown.substr(1), "the class is 1.5"),
        {FindingKind::kDuplicateId,
         [=](SetOnDisk& set) { write_text(set.folder / labels_file(1), line(0, 0.1) + line(1, 0.6) + line(0, 0.1)); },
         labels_file(1), 3, "1.png:3", "the line appears twice in the file", Severity::kWarning}};
}

std::vector<FaultCase> yolo_cases(Line line, const std::vector<FaultCase>& own) {
    std::vector<FaultCase> cases = faults_of_images(yolo_place());
    for (const auto& more : {faults_of_paths(line), faults_of_classes(line), faults_of_lines(line), own})
        cases = joined(std::move(cases), more);
    return cases;
}

Unsupported unsupported_by_yolo(const Unsupported& own) {
    return joined({{FindingKind::kSizeMismatch, "no sizes of images"},
                   {FindingKind::kBadRuns, "no runs"},
                   {FindingKind::kMaskValue, "no masks"},
                   {FindingKind::kMaskSize, "no masks"},
                   {FindingKind::kSubjectLeak, "no subjects"}},
                  own);
}

}  // namespace

FormatFaults faults_of_yolo_boxes() {
    const std::vector<FaultCase> own{
        first_line(FindingKind::kEmptyBox, box_line, "0 0.2 0.5 0 0.4", "is 0 x 19.2 pixels"),
        first_line(FindingKind::kNegativeBox, box_line, "0 0.2 0.5 -0.25 0.4", "is -16 x 19.2 pixels"),
        first_line(FindingKind::kBoxOutside, box_line, "0 0.9 0.5 0.5 0.4", "outside of the image of 64 x 48 pixels")};
    return {"YOLO of boxes", "YOLO", [](const fs::path& folder) { return make_yolo_set(folder, box_line); },
            yolo_cases(box_line, own), unsupported_by_yolo({{FindingKind::kShortPolygon, "no outlines"}})};
}

FormatFaults faults_of_yolo_outlines() {
    const std::vector<FaultCase> own{
        first_line(FindingKind::kBadSyntax, outline_line, "0 0.1 0.1 0.2 0.2 0.3", "the line has 6 numbers"),
        first_line(FindingKind::kEmptyBox, outline_line, "0 0.25 0.1 0.25 0.3 0.25 0.5", "is 0 x 19.2 pixels"),
        first_line(FindingKind::kBoxOutside, outline_line, "0 0.5 0.1 1.25 0.1 1.25 0.5",
                   "outside of the image of 64 x 48 pixels"),
        first_line(FindingKind::kUnlabelled, outline_line, "0 0.2 0.5 0.2 0.4", "has a box but no outline",
                   Severity::kWarning)};
    return {
        "YOLO of outlines", "YOLO", [](const fs::path& folder) { return make_yolo_set(folder, outline_line); },
        yolo_cases(outline_line, own),
        unsupported_by_yolo({{FindingKind::kNegativeBox, "the box is the one around the outline"},
                             {FindingKind::kShortPolygon, "a class and two points are the five numbers of a box"}})};
}

}  // namespace goetia::testkit
