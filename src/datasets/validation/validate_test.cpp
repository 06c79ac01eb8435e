// For each kind of finding: a data set on disk with only this fault, and the reported location.
#include "datasets/validation/validate.h"

#include <set>

#include <gmock/gmock.h>

#include "testkit/faulty_sets.h"

namespace goetia {
namespace {

using namespace testkit;
using testing::HasSubstr;

// A COCO set of two images in each split and a cat and a dog in each image, right in all.
class CocoSet {
  public:
    explicit CocoSet(fs::path folder) : folder_(std::move(folder)) {
        int number = 0;
        for (const char* split : {"train", "val"}) {
            Json& document = documents_[split];
            document = {{"images", Json::array()}, {"annotations", Json::array()}, {"categories", Json::array()}};
            for (int i = 0; i < 2; ++i) document["categories"].push_back({{"id", i}, {"name", i == 0 ? "cat" : "dog"}});
            for (int i = 0; i < 2; ++i, ++number) {
                const std::string name = fmt::format("{}.png", number);
                write_png(folder_ / "images" / split / name, stripes(static_cast<std::uint64_t>(number)));
                document["images"].push_back({{"id", number}, {"file_name", name}, {"width", 64}, {"height", 48}});
                for (const int other : {0, 1}) {
                    document["annotations"].push_back(
                        {{"id", 100 + 100 * other + number},
                         {"image_id", number},
                         {"category_id", other == 0 ? i : 1 - i},
                         {"bbox", {1, 2, 30, 20}},
                         {"area", 600},
                         {"iscrowd", 0},
                         {"segmentation", Json::array({Json::array({1, 2, 31, 2, 31, 22})})}});
                }
            }
        }
    }

    Json& train() { return documents_["train"]; }
    [[nodiscard]] fs::path picture(const std::string& name) const { return folder_ / "images" / name; }

    std::vector<SplitSet> open() {
        for (const auto& [split, document] : documents_)
            write_text(folder_ / fmt::format("annotations/instances_{}.json", split), document.dump(1));
        auto sets = open_splits(format_datasets(), {{"type", "COCO"}, {"data_root", folder_.native()}},
                                {Split::kTrain, Split::kVal});
        EXPECT_TRUE(sets) << to_string(sets.error());
        return sets ? std::move(sets).value() : std::vector<SplitSet>{};
    }

  private:
    fs::path folder_;
    std::map<std::string, Json> documents_;
};

// Two images with masks.
std::vector<SplitSet> mask_set(const fs::path& folder, int width, int height, int value) {
    AnnotatedSet set{.task = Task::kSemantic, .classes = {"sky", "road"}, .roots = {folder}};
    for (const int number : {0, 1}) {
        const std::string name = fmt::format("{}.png", number);
        write_png(folder / name, stripes(static_cast<std::uint64_t>(number)));
        write_mask(folder / "masks" / name, 64, 48, number, number, 64);
        set.images.push_back({.name = name, .mask = folder / "masks" / name});
    }
    if (value >= 0) write_mask(folder / "masks/1.png", width, height, value, value, width);
    return {{Split::kVal, set, {}}};
}

// Two splits of two images each, with subjects.
std::vector<SplitSet> aged(const fs::path& folder, const std::vector<std::string>& subjects) {
    std::vector<SplitSet> sets;
    std::uint64_t number = 0;
    for (const Split split : {Split::kTrain, Split::kVal}) {
        AnnotatedSet set{.task = Task::kRegression, .targets = {"age"}, .roots = {folder}};
        for (int i = 0; i < 2; ++i, ++number) {
            const std::string name = fmt::format("{}.png", number);
            write_png(folder / name, stripes(number));
            set.images.push_back({.name = name, .values = {30.5}, .subject = subjects[number]});
        }
        sets.push_back({split, set, {}});
    }
    return sets;
}

std::vector<SplitSet> classed(const fs::path& folder, const std::vector<std::int64_t>& labels) {
    AnnotatedSet set{.classes = {"cat", "dog"}, .roots = {folder}};
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const std::string name = fmt::format("{}.png", i);
        write_png(folder / name, stripes(i));
        set.images.push_back({.name = name, .label = labels[i]});
    }
    return {{Split::kTrain, set, {}}};
}

struct Damage {
    FindingKind kind;
    std::function<std::vector<SplitSet>(const fs::path&)> make;
    std::string file, id, found;
};

using Spoil = std::function<void(CocoSet&)>;

std::function<std::vector<SplitSet>(const fs::path&)> spoilt(const Spoil& spoil) {
    return [spoil](const fs::path& folder) {
        CocoSet set(folder);
        spoil(set);
        return set.open();
    };
}

std::vector<Damage> damages() {
    const std::string list = "annotations/instances_train.json";
    const auto annotation = [](CocoSet& set, const char* key) -> Json& { return set.train()["annotations"][0][key]; };
    return {
        {FindingKind::kMissingFile, spoilt([](CocoSet& set) { fs::remove(set.picture("train/1.png")); }), list, "1",
         "there is no file"},
        {FindingKind::kUnreadableImage,
         spoilt([](CocoSet& set) { write_text(set.picture("train/1.png"), "not an image at all"); }),
         "images/train/1.png", "1", "cannot decode"},
        {FindingKind::kTruncatedImage, spoilt([](CocoSet& set) {
             const fs::path path = set.picture("train/1.png");
             fs::resize_file(path, fs::file_size(path) / 2);
         }),
         "images/train/1.png", "1", "(the file ends after"},
        {FindingKind::kBadSyntax, spoilt([&](CocoSet& set) { annotation(set, "bbox") = {1, 2, 3}; }), list, "", ""},
        {FindingKind::kDuplicateId, spoilt([&](CocoSet& set) { annotation(set, "id") = 101; }), list, "101",
         "annotation id 101 is used twice"},
        {FindingKind::kIdGap, spoilt([](CocoSet& set) {
             set.train()["categories"][1]["id"] = 7;
             for (Json& one : set.train()["annotations"]) {
                 if (one["category_id"] == 1) one["category_id"] = 7;
             }
         }),
         list, "", "category ids"},
        {FindingKind::kMissingImage, spoilt([&](CocoSet& set) {
             Json stray = set.train()["annotations"][0];
             stray["id"] = 900, stray["image_id"] = 77;
             set.train()["annotations"].push_back(stray);
         }),
         list, "900", "77"},
        {FindingKind::kSizeMismatch, spoilt([](CocoSet& set) { set.train()["images"][0]["width"] = 65; }), list, "0",
         "annotated as 65 x 48 pixels, the file is 64 x 48"},
        {FindingKind::kEmptyBox, spoilt([&](CocoSet& set) { annotation(set, "bbox") = {1, 2, 30, 0}; }), list, "100",
         "is 30 x 0 pixels"},
        {FindingKind::kNegativeBox, spoilt([&](CocoSet& set) { annotation(set, "bbox") = {10, 2, -5, 9}; }), list,
         "100", "is -5 x 9 pixels"},
        {FindingKind::kBoxOutside, spoilt([&](CocoSet& set) { annotation(set, "bbox") = {40, 2, 30, 9}; }), list, "100",
         "(40, 2) to (70, 11), outside of the image of 64 x 48 pixels"},
        {FindingKind::kShortPolygon,
         spoilt([&](CocoSet& set) { annotation(set, "segmentation") = {{1, 2, 31, 2, 31, 22}, {1, 2, 3, 4}}; }), list,
         "100", "has 2 points"},
        {FindingKind::kBadRuns,
         spoilt([&](CocoSet& set) { annotation(set, "segmentation") = {{"size", {48, 64}}, {"counts", {3000, 73}}}; }),
         list, "100", "cover 3073 pixels"},
        {FindingKind::kUnknownClass, spoilt([&](CocoSet& set) { annotation(set, "category_id") = 9; }), list, "100",
         "9"},
        {FindingKind::kClassLists, spoilt([](CocoSet& set) { set.train()["categories"][0]["name"] = "cow"; }),
         "annotations/instances_val.json", "val", "class 0 is 'cat', in the training split it is 'cow'"},
        {FindingKind::kMaskValue, [](const fs::path& folder) { return mask_set(folder, 64, 48, 2); }, "masks/1.png",
         "1.png", "contains 2 in 3072 pixels"},
        {FindingKind::kMaskSize, [](const fs::path& folder) { return mask_set(folder, 60, 48, 1); }, "masks/1.png",
         "1.png", "the mask is 60 x 48 pixels, its image '1.png' is 64 x 48"},
        {FindingKind::kDuplicateImage, spoilt([](CocoSet& set) { write_png(set.picture("train/1.png"), stripes(0)); }),
         "images/train/1.png", "1", "has the same bytes as"},
        {FindingKind::kNearDuplicateImage, spoilt([](CocoSet& set) {
             Image image = stripes(0);
             for (std::uint8_t& pixel : image.pixels) pixel = static_cast<std::uint8_t>(pixel + 3);
             write_png(set.picture("train/1.png"), image);
         }),
         "images/train/1.png", "1", "of 64 bits"},
        {FindingKind::kSplitOverlap, spoilt([](CocoSet& set) { write_png(set.picture("val/3.png"), stripes(0)); }),
         "images/val/3.png", "3", "of the val split is"},
        {FindingKind::kSubjectLeak, [](const fs::path& folder) { return aged(folder, {"ann", "bob", "cid", "bob"}); },
         "3.png", "bob", "subject 'bob' is in train (1 images) and val (1 images)"},
        {FindingKind::kEmptyClass, [](const fs::path& folder) { return classed(folder, {0, 0, 0}); }, "", "dog",
         "class 'dog' (index 1) has no training samples"},
        {FindingKind::kImbalance,
         [](const fs::path& folder) { return classed(folder, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}); }, "", "dog",
         "class 'dog' occurs 1 times, class 'cat' 10 times"},
        {FindingKind::kUnlabelled, [](const fs::path& folder) { return classed(folder, {0, 1, -1}); }, "2.png", "2.png",
         "'2.png' has no class"},
    };
}

TEST(Validate, finds_nothing_in_valid_sets) {
    const TempFolder folder;
    for (const auto& sets :
         {CocoSet(folder / "coco").open(), mask_set(folder / "masks", 0, 0, -1),
          aged(folder / "aged", {"ann", "bob", "cid", "dan"}), classed(folder / "classed", {0, 1})}) {
        const Validation validation = validated(sets);
        EXPECT_EQ(all_of(validation), "");
        EXPECT_TRUE(validation.ok());
    }
}

TEST(Validate, reports_each_kind_of_finding_and_its_location) {
    std::set<int> tested;
    for (const Damage& one : damages()) {
        SCOPED_TRACE(finding_code(one.kind));
        tested.insert(static_cast<int>(one.kind));
        const TempFolder folder;
        const auto sets = one.make(folder.path());
        const Validation validation = validated(sets);
        ASSERT_EQ(validation.findings.size(), 1U) << all_of(validation);
        const Finding& finding = validation.findings[0];
        EXPECT_EQ(finding_code(finding.kind), finding_code(one.kind));
        EXPECT_THAT(finding.file, testing::EndsWith(one.file));
        EXPECT_THAT(finding.file, testing::StartsWith(folder.path().native()));
        if (!one.id.empty()) {
            EXPECT_EQ(finding.id, one.id);
        }
        EXPECT_THAT(finding.found, HasSubstr(one.found));
        EXPECT_FALSE(finding.fix.empty());
        EXPECT_EQ(validation.ok(), finding.severity != Severity::kFault);
        EXPECT_THAT(text_of(validation, sets), HasSubstr(finding.found));
    }
    for (int kind = 0; kind <= kLastFindingKind; ++kind)
        EXPECT_TRUE(tested.contains(kind)) << "no case for " << finding_code(static_cast<FindingKind>(kind));
}

TEST(Validate, an_empty_split_is_reported) {
    const TempFolder folder;
    const auto validation =
        validated({SplitSet{Split::kVal, AnnotatedSet{.files = {folder / "instances_val.json"}}, {}}});
    ASSERT_EQ(validation.findings.size(), 1U);
    EXPECT_EQ(validation.findings[0].found, "the val split lists no images");
    EXPECT_FALSE(validation.ok());
}

TEST(Validate, findings_of_a_file_of_all_splits_are_reported_once) {
    const TempFolder folder;
    for (int i = 0; i < 3; ++i) write_png(folder / fmt::format("{}.png", i), stripes(static_cast<std::uint64_t>(i)));
    write_text(folder / "all.csv", "image,label,split\n0.png,a,train\n1.png,a,train\n2.png,a,somewhere\n");
    const auto sets = open_splits(format_datasets(),
                                  {{"type", "Table"},
                                   {"ann_file", (folder / "all.csv").native()},
                                   {"image_dir", folder.path().native()},
                                   {"image_column", "image"},
                                   {"label_column", "label"},
                                   {"split_column", "split"}},
                                  {Split::kTrain, Split::kVal, Split::kTest})
                          .value();
    ASSERT_EQ(sets.size(), 1U) << "no row is of another split";
    const Validation validation = validated(sets);
    ASSERT_EQ(validation.findings.size(), 1U) << all_of(validation);
    EXPECT_EQ(validation.findings[0].line, 4);
    EXPECT_THAT(validation.findings[0].found, HasSubstr("'somewhere', which is not a split"));
}

TEST(Validate, the_report_names_every_finding) {
    const TempFolder folder;
    CocoSet set(folder.path());
    for (int i = 0; i < 10; ++i) {
        Json more = set.train()["annotations"][0];
        more["id"] = 500 + i, more["bbox"] = {1, 2, 0, 5};
        set.train()["annotations"].push_back(more);
    }
    const auto sets = set.open();
    const Validation validation = validated(sets);
    const Json json = to_json(validation, sets);
    EXPECT_EQ(json["ok"], false);
    EXPECT_EQ(json["faults"].size(), 10U);
    EXPECT_EQ(json["faults"][0]["code"], "empty_box");
    EXPECT_EQ(json["faults"][0]["severity"], "fault");
    EXPECT_EQ(json["faults"][0]["where"]["id"], "500");
    EXPECT_EQ(json["counts"]["images"], 4);
    EXPECT_EQ(json["counts"]["annotations"], 18);
    EXPECT_EQ(json["counts"]["splits"]["val"]["images"], 2);
    EXPECT_EQ(json["statistics"]["train"]["classes"]["cat"]["annotations"], 12);
    EXPECT_EQ(json["fingerprint"].get<std::string>().size(), 64U);
    const std::string text = text_of(validation, sets);
    EXPECT_THAT(text, HasSubstr("fault    empty_box (10)\n"));
    EXPECT_THAT(text, HasSubstr("and 5 more; --output FILE writes all of them\n"));
    EXPECT_THAT(text, HasSubstr("10 faults, 0 warnings, 0 notes\n"));
}

TEST(Validate, without_images_opens_none) {
    const TempFolder folder;
    CocoSet set(folder.path());
    write_text(set.picture("train/1.png"), "not an image at all");
    FileHashes hashes;
    const Validation validation = validate(set.open(), {.open_files = false}, hashes).value();
    EXPECT_EQ(all_of(validation), "");
}

TEST(Validate, reports_the_progress_over_all_splits) {
    const TempFolder folder;
    const auto sets = CocoSet(folder.path()).open();
    std::int64_t last = 0;
    FileHashes hashes;
    ASSERT_TRUE(validate(sets,
                         {.parallel = {.on_progress =
                                           [&](std::int64_t done, std::int64_t all) {
                                               EXPECT_EQ(all, 4);
                                               EXPECT_GE(done, last);
                                               last = done;
                                           }}},
                         hashes));
    EXPECT_EQ(last, 4);
}

}  // namespace
}  // namespace goetia
