// For each format and each kind of finding: a data set on disk with only this fault, and the reported location; or why
// the format cannot express it. COCO is tested in validate_test.cpp.
#include <set>

#include <gmock/gmock.h>

#include "testkit/faulty_sets.h"

namespace goetia::testkit {

std::vector<FaultCase> faults_of_images(const ImageLayout& place) {
    const std::string second = place.path(1);
    return {
        {FindingKind::kUnreadableImage, [=](SetOnDisk& set) { write_text(set.folder / second, "not an image at all"); },
         second, 0, place.id(1), "1.png"},
        {FindingKind::kTruncatedImage, [=](SetOnDisk& set) { halve(set.folder / second); }, second, 0, place.id(1),
         "(the file ends after"},
        {FindingKind::kDuplicateImage, [=](SetOnDisk& set) { write_png(set.folder / second, stripes(0)); }, second, 0,
         place.id(1), "has the same bytes as"},
        {FindingKind::kNearDuplicateImage,
         [=](SetOnDisk& set) {
             Image image = stripes(0);
             for (std::uint8_t& pixel : image.pixels) pixel = static_cast<std::uint8_t>(pixel + 3);
             write_png(set.folder / second, image);
         },
         second, 0, place.id(1), "of 64 bits"},
        {FindingKind::kSplitOverlap, [=](SetOnDisk& set) { write_png(set.folder / place.path(5), stripes(0)); },
         place.path(5), 0, place.id(5), "of the val split is"},
    };
}

FaultCase no_classes_file() {
    return {FindingKind::kMissingFile,
            [](SetOnDisk& set) { set.section["classes_file"] = (set.folder / "gone.txt").native(); },
            "gone.txt",
            0,
            "",
            "gone.txt"};
}

namespace {

using testing::HasSubstr;

const std::vector<FormatFaults>& formats() {
    static const std::vector<FormatFaults> kFormats{
        faults_of_voc(),  faults_of_yolo_boxes(), faults_of_yolo_outlines(), faults_of_csv(),
        faults_of_xlsx(), faults_of_masks(),      faults_of_label_lists(),   faults_of_image_folder()};
    return kFormats;
}

// All splits, as `goetia dataset validate` opens them.
std::vector<SplitSet> opened(const SetOnDisk& set) {
    auto sets = open_splits(format_datasets(), set.section, {Split::kTrain, Split::kVal, Split::kTest});
    EXPECT_TRUE(sets) << to_string(sets.error());
    return sets ? std::move(sets).value() : std::vector<SplitSet>();
}

void check(const FormatFaults& format, const FaultCase& one) {
    const TempFolder folder;
    SetOnDisk set{folder.path(), format.make(folder.path())};
    one.spoil(set);
    const auto sets = opened(set);
    const Validation validation = validated(sets);
    ASSERT_EQ(validation.findings.size(), 1U) << all_of(validation);
    const Finding& finding = validation.findings[0];
    SCOPED_TRACE(to_json(finding).dump());
    EXPECT_EQ(finding_code(finding.kind), finding_code(one.kind));
    EXPECT_EQ(severity_name(finding.severity), severity_name(one.severity));
    EXPECT_EQ(finding.file, (folder / one.file).native());
    EXPECT_EQ(finding.line, one.line);
    EXPECT_EQ(finding.id, one.id);
    EXPECT_THAT(finding.found, HasSubstr(one.found));
    EXPECT_FALSE(finding.fix.empty());
    EXPECT_EQ(validation.ok(), one.severity != Severity::kFault);
    EXPECT_THAT(text_of(validation, sets), HasSubstr(finding.found));
}

TEST(FaultsOfFormats, valid_sets_have_no_findings) {
    for (const FormatFaults& format : formats()) {
        SCOPED_TRACE(format.name);
        const TempFolder folder;
        EXPECT_EQ(all_of(validated(opened({folder.path(), format.make(folder.path())}))), "");
    }
}

TEST(FaultsOfFormats, each_single_fault_is_reported_with_its_location) {
    for (const FormatFaults& format : formats()) {
        int number = 0;
        for (const FaultCase& one : format.cases) {
            SCOPED_TRACE(fmt::format("{}: {} (case {})", format.name, finding_code(one.kind), ++number));
            check(format, one);
        }
    }
}

TEST(FaultsOfFormats, every_kind_has_a_case_or_is_unsupported) {
    for (const FormatFaults& format : formats()) {
        std::set<FindingKind> cases;
        for (const FaultCase& one : format.cases) cases.insert(one.kind);
        for (int i = 0; i <= kLastFindingKind; ++i) {
            const auto kind = static_cast<FindingKind>(i);
            EXPECT_NE(cases.contains(kind), format.unsupported.contains(kind))
                << format.name << ": " << finding_code(kind)
                << " has neither a case nor a reason why it is unsupported, or both";
        }
    }
}

TEST(FaultsOfFormats, every_format_has_its_faults) {
    std::set<std::string> covered{"COCO",                 // in validate_test.cpp
                                  "MultiSourceDataset"};  // reports what the formats of its sources report
    for (const FormatFaults& format : formats()) covered.insert(format.type);
    ReaderRegistry readers(Kind::kDataset);
    ASSERT_TRUE(register_builtin_readers(readers));
    for (const std::string& name : readers.names()) EXPECT_TRUE(covered.contains(name)) << name;
}

}  // namespace
}  // namespace goetia::testkit
