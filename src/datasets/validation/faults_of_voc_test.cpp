// The faults of a VOC set, for faults_of_formats_test.cpp.
#include "testkit/faulty_sets.h"

namespace goetia::testkit {
namespace {

constexpr const char* kCat = "<xmin>2</xmin><ymin>3</ymin><xmax>31</xmax><ymax>22</ymax>";
constexpr const char* kDog = "<xmin>33</xmin><ymin>3</ymin><xmax>60</xmax><ymax>40</ymax>";

std::string voc_object(const char* name, const char* corners) {
    return fmt::format("<object><name>{}</name>\n<bndbox>{}</bndbox></object>\n", name, corners);
}

// The cat is in line 4, the dog in line 6.
std::string annotation(int number, int cats = 1, int dogs = 1) {
    std::string text = fmt::format(
        "<annotation>\n<filename>{}.png</filename>\n<size><width>64</width><height>48</height></size>\n", number);
    for (int i = 0; i < cats; ++i) text += voc_object("cat", kCat);
    for (int i = 0; i < dogs; ++i) text += voc_object("dog", kDog);
    return text + "</annotation>\n";
}

std::string file_of(int number) { return fmt::format("Annotations/{}.xml", number); }

const ImageLayout& voc_place() {
    static const ImageLayout kLayout{[](int number) { return fmt::format("JPEGImages/{}.png", number); },
                                     [](int number) { return std::to_string(number); }};
    return kLayout;
}

Json make_voc_set(const fs::path& folder) {
    write_images(folder, voc_place());
    for (int number = 0; number < 8; ++number) write_text(folder / file_of(number), annotation(number));
    write_text(folder / "ImageSets/Main/train.txt", "0\n1\n2\n3\n");
    write_text(folder / "ImageSets/Main/val.txt", "4\n5\n6\n7\n");
    return {{"type", "VOC"}, {"data_root", folder.native()}};
}

// One text of the second image's file changed.
FaultCase edited(FindingKind kind, const char* from, const char* to, int line, const char* id, const char* found) {
    return {kind, [=](SetOnDisk& set) { edit(set.folder / file_of(1), from, to); }, file_of(1), line, id, found};
}

std::vector<FaultCase> voc_cases() {
    const std::vector<FaultCase> own{
        {FindingKind::kMissingFile, [](SetOnDisk& set) { fs::remove(set.folder / voc_place().path(1)); }, file_of(1), 0,
         "1", "there is no file"},
        {FindingKind::kMissingFile, [](SetOnDisk& set) { fs::remove(set.folder / file_of(1)); }, file_of(1), 0, "1",
         "1.xml"},
        no_classes_file(),
        edited(FindingKind::kBadSyntax, "<xmin>2<", "<xmin>x<", 4, "", "'xmin' of object 'cat' is 'x'"),
        edited(FindingKind::kBadSyntax, "<width>64<", "<width>wide<", 3, "", "'width' of the size is 'wide'"),
        {FindingKind::kDuplicateId,
         [](SetOnDisk& set) { write_text(set.folder / "ImageSets/Main/train.txt", "0\n1\n2\n3\n0\n"); },
         "ImageSets/Main/train.txt", 5, "0", "'0' is listed twice, first in line 1"},
        edited(FindingKind::kSizeMismatch, "<width>64<", "<width>65<", 0, "1", "annotated as 65 x 48 pixels"),
        edited(FindingKind::kEmptyBox, "<xmin>2<", "<xmin>32<", 4, "1.png:4", "is 0 x 20 pixels"),
        edited(FindingKind::kNegativeBox, "<xmin>2<", "<xmin>40<", 4, "1.png:4", "is -8 x 20 pixels"),
        edited(FindingKind::kBoxOutside, "<xmax>60<", "<xmax>70<", 6, "1.png:6", "outside of the image of 64 x 48"),
        edited(FindingKind::kBoxOutside, "<xmin>2<", "<xmin>0<", 4, "", "VOC's pixels begin at (1, 1)"),
        {FindingKind::kUnknownClass, [](SetOnDisk& set) { edit(set.folder / file_of(5), "cat", "cow"); }, file_of(5), 4,
         "cow", "object 'cow' does not belong to any of the classes (cat, dog)"},
        {FindingKind::kClassLists,
         [](SetOnDisk& set) {
             separate_splits(set);
             write_text(set.folder / "other/classes.txt", "dog\ncat\n");
         },
         "other/JPEGImages", 0, "val", "class 0 is 'dog', in the training split it is 'cat'"},
        {FindingKind::kEmptyClass, [](SetOnDisk& set) { write_text(set.folder / "classes.txt", "cat\ndog\nbird\n"); },
         "JPEGImages", 0, "bird", "class 'bird' (index 2) has no training samples", Severity::kWarning},
        {FindingKind::kImbalance, [](SetOnDisk& set) { write_text(set.folder / file_of(0), annotation(0, 45, 0)); },
         "JPEGImages", 0, "dog", "class 'dog' occurs 3 times, class 'cat' 48 times"},
    };
    return joined(faults_of_images(voc_place()), own);
}

}  // namespace

FormatFaults faults_of_voc() {
    return {"VOC",
            "VOC",
            make_voc_set,
            voc_cases(),
            {{FindingKind::kIdGap, "classes have no numbers"},
             {FindingKind::kMissingImage, "a file that no list names is another list's"},
             {FindingKind::kShortPolygon, "no outlines"},
             {FindingKind::kBadRuns, "no runs"},
             {FindingKind::kMaskValue, "no masks"},
             {FindingKind::kMaskSize, "no masks"},
             {FindingKind::kSubjectLeak, "no subjects"},
             {FindingKind::kUnlabelled, "an image with nothing in it is a sample; one without file is missing_file"}}};
}

}  // namespace goetia::testkit
