// Each check on a set with a single fault; valid parts have no findings.
#include "datasets/validation/checks.h"

#include <functional>
#include <limits>
#include <set>

#include <gmock/gmock.h>

#include "datasets/formats/annotated_dataset.h"
#include "datasets/repeat_factors.h"
#include "datasets/validation/check_balance.h"
#include "datasets/validation/check_splits.h"

namespace goetia {
namespace {

using testing::HasSubstr;

// Two images of 100 x 80 with three objects, without faults.
AnnotatedSet good(Task task = Task::kInstance) {
    AnnotatedSet set{
        .task = task, .classes = {"cat", "dog"}, .targets = {"age"}, .roots = {"/data"}, .files = {"/data/all.json"}};
    for (const int number : {0, 1}) {
        AnnotatedImage image{.name = fmt::format("{}.jpg", number),
                             .id = std::to_string(10 + number),
                             .width = 100,
                             .height = 80,
                             .location = {.line = 3 + number}};
        set.images.push_back(image);
    }
    const Polygon triangle{0, 0, 100, 0, 50, 80};
    set.images[0].instances = {{.id = 1, .label = 0, .box = {0, 0, 100, 80}, .polygons = {triangle}},
                               {.id = 2, .label = 1, .box = {5, 5, 6, 6}, .mask = Rle{80, 100, {7000, 1000}}}};
    set.images[1].instances = {{.id = 3, .label = 1, .box = {-0.3F, 0, 100.4F, 80}, .polygons = {triangle}}};
    return set;
}

AnnotatedSet labelled_set(Task task) {
    AnnotatedSet set = good(task);
    for (AnnotatedImage& image : set.images) {
        image.instances.clear();
        if (task == Task::kClassification) image.label = 1;
        if (task == Task::kSemantic) image.mask = "/data/mask.png";
        if (task == Task::kRegression) image.values = {40.5};
    }
    return set;
}

struct Case {
    std::string name;
    std::function<AnnotatedSet()> make;
    FindingKind kind;
    std::string id, found, fix;
    int line = 3;
};

template <class Spoil>
std::function<AnnotatedSet()> spoilt(AnnotatedSet set, Spoil spoil) {
    spoil(set);
    return [set] { return set; };
}

std::function<AnnotatedSet()> with_box(Box box) {
    return spoilt(good(), [&](AnnotatedSet& set) { set.images[0].instances[1].box = box; });
}

std::vector<Case> cases() {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    return {
        {"same_image_id", spoilt(good(), [](AnnotatedSet& set) { set.images[1].id = "10"; }), FindingKind::kDuplicateId,
         "10", "image id '10' of '1.jpg' is also that of '0.jpg'", "give each image a unique id", 4},
        {"same_image", spoilt(good(), [](AnnotatedSet& set) { set.images[1].name = "0.jpg"; }),
         FindingKind::kDuplicateId, "11", "image '0.jpg' is listed twice, first in line 3", "list it once", 4},
        {"same_annotation_id", spoilt(good(), [](AnnotatedSet& set) { set.images[1].instances[0].id = 2; }),
         FindingKind::kDuplicateId, "2", "annotation id 2 is used twice: in '0.jpg' and in '1.jpg'", "a unique id", 4},
        {"empty_box", with_box({5, 5, 5, 9}), FindingKind::kEmptyBox, "2",
         "the box of annotation 2 of '0.jpg' is 0 x 4 pixels", "correct its width and height"},
        {"negative_box", with_box({9, 5, 5, 9}), FindingKind::kNegativeBox, "2",
         "the box of annotation 2 of '0.jpg' is -4 x 4 pixels", "the order of its corners"},
        {"box_outside", with_box({90, 5, 101, 9}), FindingKind::kBoxOutside, "2",
         "(90, 5) to (101, 9), outside of the image of 100 x 80 pixels", "clip it"},
        {"box_left_of_it", with_box({-1, 5, 10, 9}), FindingKind::kBoxOutside, "2", "(-1, 5) to (10, 9)", "clip it"},
        {"box_of_no_numbers", with_box({nan, 5, 10, 9}), FindingKind::kBadSyntax, "2",
         "not a finite number at a corner", "finite"},
        {"short_polygon",
         spoilt(good(), [](AnnotatedSet& set) { set.images[0].instances[0].polygons.push_back({1, 1, 2, 2}); }),
         FindingKind::kShortPolygon, "1", "a polygon of annotation 1 of '0.jpg' has 2 points", "three or more points"},
        {"odd_polygon",
         spoilt(good(),
                [](AnnotatedSet& set) { set.images[0].instances[0].polygons.push_back({1, 1, 2, 2, 3, 3, 4}); }),
         FindingKind::kBadSyntax, "1", "has 7 numbers", "x and y of each point"},
        {"outline_outside", spoilt(good(), [](AnnotatedSet& set) { set.images[0].instances[0].polygons[0][2] = 500; }),
         FindingKind::kBoxOutside, "1",
         "a point of the outline of annotation 1 of '0.jpg' is at (500, 0), outside of the", "clip it"},
        {"key_point_outside",
         spoilt(good(), [](AnnotatedSet& set) { set.images[0].instances[0].key_points = {{-9, 2, 0}, {900, 2, 2}}; }),
         FindingKind::kBoxOutside, "1", "a key point of annotation 1 of '0.jpg' is at (900, 2), outside of the",
         "clip it"},
        {"runs_too_long",
         spoilt(good(), [](AnnotatedSet& set) { set.images[0].instances[1].mask->counts = {7000, 1001}; }),
         FindingKind::kBadRuns, "2", "the runs of annotation 2 of '0.jpg' cover 8001 pixels of 100 x 80 = 8000",
         "write the mask again"},
        {"runs_of_another_size",
         spoilt(good(), [](AnnotatedSet& set) { set.images[0].instances[1].mask = Rle{100, 80, {8000}}; }),
         FindingKind::kBadRuns, "2", "have 80 x 100 pixels, the image 100 x 80", "its size is [height, width]"},
        {"unknown_class", spoilt(good(), [](AnnotatedSet& set) { set.images[0].instances[0].label = 2; }),
         FindingKind::kUnknownClass, "1", "class 2 of annotation 1 of '0.jpg' is out of range for 2 classes",
         "use 0 to 1"},
        {"unknown_class_of_an_image",
         spoilt(labelled_set(Task::kClassification), [](AnnotatedSet& set) { set.images[0].label = 7; }),
         FindingKind::kUnknownClass, "10", "class 7 of '0.jpg'", "use 0 to 1"},
        {"no_class", spoilt(labelled_set(Task::kClassification), [](AnnotatedSet& set) { set.images[0].label = -1; }),
         FindingKind::kUnlabelled, "10", "'0.jpg' has no class, other images have one", "add a class"},
        {"no_mask", spoilt(labelled_set(Task::kSemantic), [](AnnotatedSet& set) { set.images[0].mask.clear(); }),
         FindingKind::kUnlabelled, "10", "'0.jpg' has no mask", "add a mask"},
        {"no_value", spoilt(labelled_set(Task::kRegression), [](AnnotatedSet& set) { set.images[0].values.clear(); }),
         FindingKind::kUnlabelled, "10", "'0.jpg' has no value", "add a value"},
        {"too_many_values",
         spoilt(labelled_set(Task::kRegression), [](AnnotatedSet& set) { set.images[0].values = {1, 2}; }),
         FindingKind::kBadSyntax, "10", "'0.jpg' has 2 values for 1 targets", "one finite number"},
        {"no_outline", spoilt(good(), [](AnnotatedSet& set) { set.images[0].instances[0].polygons.clear(); }),
         FindingKind::kUnlabelled, "1", "annotation 1 of '0.jpg' has a box but no outline",
         "use the set for detection"},
        {"name_of_other_letters", spoilt(good(), [](AnnotatedSet& set) { set.images[0].name = "caf\xE9.jpg"; }),
         FindingKind::kBadSyntax, "10", R"(the image name 'caf\xE9.jpg' is not valid UTF-8 at byte 4)", "rename"},
        {"subject_of_other_letters", spoilt(good(), [](AnnotatedSet& set) { set.images[0].subject = "\xBA"; }),
         FindingKind::kBadSyntax, "10", R"(the subject '\xBA' is not valid UTF-8 at byte 1)", "write it in UTF-8"},
        {"class_of_other_letters", spoilt(good(), [](AnnotatedSet& set) { set.classes[1] = "\xC6\xFB\xB3\xB5"; }),
         FindingKind::kBadSyntax, R"(\xC6\xFB\xB3\xB5)", R"(the class name '\xC6\xFB\xB3\xB5' is not valid UTF-8)",
         "write it in UTF-8", 0},
    };
}

TEST(AnnotationChecks, find_nothing_in_a_valid_set) {
    for (const Task task : {Task::kDetection, Task::kInstance})
        EXPECT_THAT(check_annotations(good(task)), testing::IsEmpty());
    for (const Task task : {Task::kClassification, Task::kSemantic, Task::kRegression})
        EXPECT_THAT(check_annotations(labelled_set(task)), testing::IsEmpty());
}

TEST(AnnotationChecks, report_each_fault_and_its_location) {
    for (const Case& one : cases()) {
        SCOPED_TRACE(one.name);
        const Findings findings = check_annotations(one.make());
        ASSERT_EQ(findings.size(), 1U);
        EXPECT_EQ(finding_code(findings[0].kind), finding_code(one.kind));
        const std::set<std::string> warnings{"no_outline", "outline_outside", "key_point_outside"};
        EXPECT_EQ(findings[0].severity, warnings.contains(one.name) ? Severity::kWarning : Severity::kFault);
        EXPECT_EQ(findings[0].file, "/data/all.json");
        EXPECT_EQ(findings[0].line, one.line);
        EXPECT_EQ(findings[0].id, one.id);
        EXPECT_THAT(findings[0].found, HasSubstr(one.found));
        EXPECT_THAT(findings[0].fix, HasSubstr(one.fix));
    }
}

TEST(AnnotationChecks, name_the_image_where_there_is_no_annotation_file) {
    AnnotatedSet set = good();
    set.files.clear();
    set.images[0].id.clear();
    set.images[0].instances[1].id = -1;
    set.images[0].instances[1].box = {};
    const Findings findings = check_annotations(set);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].file, "/data/0.jpg");
    EXPECT_EQ(findings[0].id, "0.jpg#2");
    EXPECT_THAT(findings[0].found, HasSubstr("annotation 2 (counted from 1) of '0.jpg'"));
}

TEST(AnnotationChecks, name_the_line_and_file_of_an_object_where_they_are_known) {
    AnnotatedSet set = good();
    set.files.emplace_back("/data/0.txt");
    set.images[0].objects_file = 1;
    set.images[0].instances[1].id = -1;
    set.images[0].instances[1].line = 7;
    set.images[0].instances[1].box = {};
    const Findings findings = check_annotations(set);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].file, "/data/0.txt");
    EXPECT_EQ(findings[0].line, 7);
    EXPECT_EQ(findings[0].id, "0.jpg:7");
    EXPECT_THAT(findings[0].found, HasSubstr("the box of the annotation of '0.jpg' in line 7 is"));
}

TEST(AnnotationChecks, one_file_below_two_roots_is_one_image) {
    AnnotatedSet set = labelled_set(Task::kClassification);
    set.roots = {"/data", "/data/deep/../deep", "/data/deep"};
    set.images[0].name = "deep/0.jpg", set.images[1].name = "0.jpg";
    for (const std::uint32_t root : {1U, 2U}) {
        set.images[1].root = root;
        ASSERT_EQ(check_annotations(set).size(), 1U);
        EXPECT_EQ(check_annotations(set)[0].found, "image '0.jpg' is listed twice, first in line 3");
    }
    set.images[1].name = "/data/deep/0.jpg";
    EXPECT_EQ(check_annotations(set).size(), 1U);
    set.images[1].name = "/0.jpg";
    EXPECT_EQ(check_annotations(set).size(), 0U);
}

TEST(AnnotationChecks, a_set_without_labels_is_valid_for_prediction) {
    AnnotatedSet set = labelled_set(Task::kClassification);
    for (AnnotatedImage& image : set.images) image.label = -1;
    EXPECT_THAT(check_annotations(set), testing::IsEmpty());
}

TEST(AnnotationChecks, training_refuses_what_they_find) {
    class Reader : public SetReader {
      public:
        [[nodiscard]] Result<ReadSet> read(Split) const override {
            ReadSet read{.set = good()};
            read.set.images[0].instances[1].box = {};
            return read;
        }
    };
    const auto opened = open_dataset(Reader(), Split::kVal);
    ASSERT_FALSE(opened);
    EXPECT_EQ(to_string(opened.error()),
              "the val split cannot be used as it stands\n  /data/all.json:3: the box of annotation 2 of '0.jpg' is 0 "
              "x 0 pixels; correct its width and height, or remove the annotation");
}

TEST(AnnotationChecks, a_run_may_leave_faulty_objects_out) {
    class Reader : public SetReader {
      public:
        [[nodiscard]] Result<ReadSet> read(Split) const override {
            ReadSet read{.set = good()};
            read.set.images[0].instances[1].box = {};
            read.set.images[0].instances[1].label = 77;  // two faults, one object
            read.findings.push_back({.kind = FindingKind::kMissingImage, .id = "9", .of_object = true});
            if (whole_set) read.findings.push_back({.kind = FindingKind::kMissingFile, .file = "classes.txt"});
            return read;
        }
        bool whole_set = false;
    };
    Reader reader;
    const auto opened = open_dataset(reader, Split::kVal, FaultyObjects::kLeaveOut);
    ASSERT_TRUE(opened) << to_string(opened.error());
    EXPECT_EQ((*opened)->left_out(),
              (std::map<std::string, std::int64_t>{{"annotation_of_missing_image", 1}, {"empty_box", 1}}));
    EXPECT_EQ((*opened)->set().images[0].instances.size(), good().images[0].instances.size() - 1);
    EXPECT_EQ((*opened)->set().images[0].instances[0].id, good().images[0].instances[0].id);
    reader.whole_set = true;
    const auto refused = open_dataset(reader, Split::kVal, FaultyObjects::kLeaveOut);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().faults.size(), 1U);
}

TEST(CheckBalance, warns_of_an_empty_class_and_of_counts_far_apart) {
    AnnotatedSet set = labelled_set(Task::kClassification);
    set.classes = {"cat", "dog", "axolotl"};
    EXPECT_EQ(class_counts(set), (std::vector<std::int64_t>{0, 2, 0}));
    EXPECT_EQ(imbalance_ratio({0, 0, 0}), std::nullopt);
    EXPECT_TRUE(check_balance(set, {0, 0, 0}).empty()) << "a set without labels";
    EXPECT_TRUE(check_balance(set, {9, 1, 5}).empty());
    const Findings findings = check_balance(set, {40, 0, 4});
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].kind, FindingKind::kEmptyClass);
    EXPECT_EQ(findings[0].id, "dog");
    EXPECT_EQ(findings[0].found, "class 'dog' (index 1) has no training samples");
    EXPECT_EQ(findings[1].kind, FindingKind::kImbalance);
    EXPECT_EQ(findings[1].id, "axolotl");
    EXPECT_EQ(findings[1].found, "class 'axolotl' occurs 4 times, class 'cat' 40 times");
    EXPECT_EQ(
        findings[1].fix,
        "use 'dataset.sampler={type: class_balanced}', or class weights in the loss ('weight: [0.55, 0, 5.5]'), or "
        "collect more samples of the rare class");
    set.classes.resize(25, "more");
    std::vector<std::int64_t> many(25, 40);
    many[3] = 2;
    EXPECT_THAT(check_balance(set, many).back().fix, HasSubstr("in the loss ('goetia dataset weights' prints them)"));
    EXPECT_FALSE(has_faults(findings));
}

TEST(CheckBalance, names_a_threshold_at_which_the_rare_class_repeats) {
    AnnotatedSet set = good();  // both classes are in two images; now nine more show the second
    for (int i = 0; i < 18; ++i) set.images.push_back(set.images[1]);
    const Findings findings = check_balance(set, class_counts(set));
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_THAT(findings[0].fix, HasSubstr("'dataset.sampler={type: repeat_factor, threshold: 1}'"));
    const auto dataset = std::make_shared<AnnotatedDataset>(set);
    std::vector<SampleInfo> infos;
    for (std::int64_t i = 0; i < dataset->size(); ++i) infos.push_back(dataset->info(i).value());
    EXPECT_GT(repeat_factors(infos, 2, 1)[0], 4) << "the only image with the rare class";
}

TEST(CheckClassLists, a_split_that_counts_other_classes_is_a_fault) {
    const auto split = [](Split which, std::vector<std::string> classes) {
        SplitSet one{.split = which};
        one.set.classes = std::move(classes);
        one.set.files = {"/data/val.json"};
        return one;
    };
    const auto findings = [&](std::vector<std::string> train, std::vector<std::string> val) {
        return check_class_lists({split(Split::kTrain, std::move(train)), split(Split::kVal, std::move(val))});
    };
    EXPECT_TRUE(findings({"cat", "dog"}, {"cat", "dog"}).empty());
    EXPECT_TRUE(findings({"cat", "dog"}, {"cat"}).empty()) << "its numbers mean the same";
    EXPECT_TRUE(findings({}, {"cat"}).empty()) << "false finding";
    const auto swapped = findings({"cat", "dog"}, {"dog", "cat"});
    ASSERT_EQ(swapped.size(), 1U);
    EXPECT_EQ(swapped[0].found,
              "the val split has different classes: class 0 is 'dog', in the training split it is 'cat'");
    EXPECT_EQ(swapped[0].file, "/data/val.json");
    EXPECT_EQ(findings({"cat"}, {"cat", "dog"})[0].found,
              "the val split has different classes: class 1 is 'dog', the training split has 1 classes");
    EXPECT_TRUE(has_faults(swapped));
}

}  // namespace
}  // namespace goetia
