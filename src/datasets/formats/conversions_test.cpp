// Complete sets from each format to each other that can express them, over all splits, with names that occur in several
// of them.
#include <gmock/gmock.h>

#include "base/files.h"
#include "datasets/formats/writer.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;
using testing::Contains;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr std::array kSplits{Split::kTrain, Split::kVal, Split::kTest};
constexpr int kWidth = 64, kHeight = 48;

// Content of a split, by image bytes: names may change.
using SplitSummary = std::map<std::string, std::vector<std::string>>;

SplitSummary summary_of(const AnnotatedSet& set) {
    SplitSummary reported;
    for (const AnnotatedImage& image : set.images) {
        std::vector<std::string>& one = reported[read_file(set.path(image)).value()];
        if (image.label >= 0) one.push_back(set.classes.at(static_cast<std::size_t>(image.label)));
        if (!image.mask.empty()) one.push_back(read_file(image.mask).value());
        for (const Instance& object : image.instances)
            one.push_back(fmt::format("{} {} {} {} {}", set.classes.at(static_cast<std::size_t>(object.label)),
                                      std::lround(object.box.x1), std::lround(object.box.y1),
                                      std::lround(object.box.x2), std::lround(object.box.y2)));
        std::ranges::sort(one);
    }
    return reported;
}

Instance labelled_object(std::int64_t label, Box box) {
    Instance one;
    one.label = label;
    one.box = box;
    one.area = box.area();
    return one;
}

// The section with which a written set is read.
Json config_of(const std::string& format, const fs::path& folder) {
    Json config{{"type", format}, {"data_root", folder.native()}};
    if (format != "Table") return config;
    config.update({{"image_dir", "images"}, {"label_column", "label"}, {"classes_file", "classes.txt"}});
    for (const Split split : kSplits)
        config[std::string(split_name(split))]["ann_file"] = std::string(split_name(split)) + ".csv";
    return config;
}

class Conversions : public testing::Test {
  protected:
    // Three images with the same names in each split, with different bytes.
    AnnotatedSet split_of(Task task, Split split, const std::string& source = "in") {
        AnnotatedSet set;
        set.task = task;
        set.classes = {"ant", "猫 b"};
        set.roots = {folder_ / source / split_name(split)};
        for (const char* name : {"ant/图 1.png", "b.png", "b.jpg"}) {
            AnnotatedImage image;
            image.name = name;
            image.width = kWidth, image.height = kHeight;
            write_png(set.path(image), gradient_image(kWidth, kHeight, ++tone_));
            const auto number = static_cast<float>(set.images.size());
            if (task == Task::kDetection)
                image.instances = {labelled_object(0, {1, 2, 10 + number, 12}), labelled_object(1, {0, 0, 64, 48})};
            if (task == Task::kClassification) image.label = static_cast<std::int64_t>(set.images.size() % 2);
            if (task == Task::kSemantic) {
                Image mask{kWidth, kHeight, 1, std::vector<std::uint8_t>(kWidth * kHeight, set.images.size() % 2)};
                image.mask = folder_ / source / fmt::format("mask {}.png", tone_);
                write_png(image.mask, mask);
            }
            set.images.push_back(std::move(image));
        }
        return set;
    }

    // Writes all splits as `format` into a folder of their own; `read` returns each of them.
    template <class Read>
    fs::path written(const std::string& format, Read&& read) {
        const fs::path out = folder_ / fmt::format("out {}", ++written_);
        lost_.clear();
        for (const Split split : kSplits) {
            const AnnotatedSet set = read(split);
            const auto lost = builtin_writers().at(format)(set, {.folder = out, .split = split});
            EXPECT_TRUE(lost) << format << ": " << to_string(lost.error());
            if (!lost) continue;
            for (const auto& [what, count] : *lost) lost_[what] += count;
        }
        return out;
    }

    static AnnotatedSet read(const Json& config, Split split) {
        auto read = read_set(config, split);
        EXPECT_TRUE(read) << config["type"] << ": " << to_string(read.error());
        EXPECT_FALSE(has_faults(read->findings)) << config["type"] << ": " << findings_text(read->findings);
        return std::move(read->set);
    }

    void expect_the_same(Task task, const std::vector<std::string>& formats) {
        std::map<Split, AnnotatedSet> sets;
        for (const Split split : kSplits) sets[split] = split_of(task, split);
        for (const std::string& from : formats) {
            const fs::path first = written(from, [&](Split split) { return sets[split]; });
            for (const std::string& to : formats) {
                const fs::path second = written(to, [&](Split split) { return read(config_of(from, first), split); });
                for (const Split split : kSplits)
                    EXPECT_EQ(summary_of(read(config_of(to, second), split)), summary_of(sets[split]))
                        << from << " to " << to << ", " << split_name(split);
            }
        }
    }

    TempFolder folder_;
    LostCounts lost_;
    int written_ = 0, tone_ = 0;
};

TEST_F(Conversions, boxes_survive_all_formats) { expect_the_same(Task::kDetection, {"COCO", "VOC", "YOLO"}); }

TEST_F(Conversions, classes_survive_all_formats) { expect_the_same(Task::kClassification, {"ImageFolder", "Table"}); }

TEST_F(Conversions, masks_survive) { expect_the_same(Task::kSemantic, {"SemanticMasks"}); }

TEST_F(Conversions, a_new_name_forced_by_the_format_is_reported) {
    constexpr const char* kRenamed = "names of pictures (renamed)";
    const auto boxes = [&](Split split) { return split_of(Task::kDetection, split); };
    written("COCO", boxes);
    EXPECT_THAT(lost_, IsEmpty());
    const fs::path yolo = written("YOLO", boxes);
    EXPECT_THAT(lost_, UnorderedElementsAre(Pair(kRenamed, 3))) << "b.jpg beside b.png, in each split";
    EXPECT_TRUE(fs::exists(yolo / "images/val/b_2.jpg"));
    written("VOC", boxes);
    EXPECT_THAT(lost_, UnorderedElementsAre(Pair(kRenamed, 7))) << "all splits share one folder";
    const auto classes = [&](Split split) { return split_of(Task::kClassification, split); };
    const fs::path table = written("Table", classes);
    EXPECT_THAT(lost_, UnorderedElementsAre(Pair(kRenamed, 6)));
    EXPECT_TRUE(fs::exists(table / "images/b_3.jpg"));
    written("ImageFolder", classes);
    EXPECT_THAT(lost_, IsEmpty());
}

TEST_F(Conversions, several_sources_become_one_set) {
    Json sources = Json::array();
    std::map<Split, SplitSummary> all;
    for (const char* format : {"COCO", "VOC", "YOLO"}) {
        const fs::path out = written(format, [&](Split split) {
            AnnotatedSet set = split_of(Task::kDetection, split, format);
            all[split].merge(summary_of(set));
            return set;
        });
        sources.push_back(config_of(format, out));
    }
    const Json config{{"type", "MultiSourceDataset"}, {"sources", sources}};
    for (const char* format : {"COCO", "VOC", "YOLO"}) {
        const fs::path out = written(format, [&](Split split) { return read(config, split); });
        for (const Split split : kSplits)
            EXPECT_EQ(summary_of(read(config_of(format, out), split)), all[split])
                << format << ", " << split_name(split);
    }
}

TEST_F(Conversions, a_box_at_the_right_edge_stays_in_the_image) {
    AnnotatedSet set = split_of(Task::kDetection, Split::kTrain);
    set.images[0].instances = {labelled_object(0, {63.6F, 1, 64, 6}), labelled_object(0, {10, 47.7F, 20, 48})};
    const auto one = [&](Split) { return set; };
    const AnnotatedSet voc = read(config_of("VOC", written("VOC", one)), Split::kTrain);
    EXPECT_EQ(lost_.at("parts of a pixel"), 6) << "two in each split";
    EXPECT_EQ(voc.images[0].instances[0].box, (Box{63, 1, 64, 6}));
    EXPECT_EQ(voc.images[0].instances[1].box, (Box{10, 47, 20, 48}));
}

TEST_F(Conversions, equal_objects_are_counted_where_they_are_written_once) {
    const auto twice = [&](Split split) {
        AnnotatedSet set = split_of(Task::kDetection, split);
        set.images[1].instances.push_back(set.images[1].instances[0]);
        return set;
    };
    const auto objects = [&](const std::string& format) {
        return read(config_of(format, written(format, twice)), Split::kVal).images.at(1).instances.size();
    };
    EXPECT_EQ(objects("COCO"), 3U);
    EXPECT_EQ(objects("VOC"), 3U);
    for (const Split split : kSplits) {
        for (const AnnotatedImage& image : read(config_of("YOLO", written("YOLO", twice)), split).images)
            EXPECT_EQ(image.instances.size(), 2U);
    }
    EXPECT_THAT(lost_, Contains(Pair("objects equal to another (written once)", 3)));
}

TEST_F(Conversions, names_unfit_for_lists_are_changed_or_refused) {
    AnnotatedSet set = split_of(Task::kDetection, Split::kTrain);
    const SplitSummary before = summary_of(set);
    const std::array<const char*, 3> names{" a .png", "b\nc.png", "d.png"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        fs::rename(set.path(set.images[i]), set.roots[0] / names[i]);
        set.images[i].name = names[i];
    }
    const fs::path out = folder_ / "voc";
    const LostCounts lost = builtin_writers().at("VOC")(set, {.folder = out}).value();
    EXPECT_EQ(lost.at("names of pictures (renamed)"), 2);
    EXPECT_EQ(summary_of(read(config_of("VOC", out), Split::kTrain)), before);
    EXPECT_TRUE(fs::exists(out / "JPEGImages/b_c.png"));
    const auto refused = [&](std::vector<std::string> classes) {
        set.classes = std::move(classes);
        return builtin_writers().at("VOC")(set, {.folder = folder_ / "no"}).error().message;
    };
    EXPECT_EQ(refused({"cat", "cat"}), "class 'cat' appears twice, but 'VOC' lists one class per line; rename it");
    EXPECT_EQ(refused({"a\nb", "c"}),
              "class 'a\nb' holds a line break or another control character, but 'VOC' lists one class per line; "
              "rename it");
    EXPECT_EQ(refused({"a ", "c"}),
              "class 'a ' begins or ends with a blank, or is empty, but 'VOC' lists "
              "one class per line; rename it");
}

constexpr const char* kRich = R"({"info": {"year": 2017, "说": "明"}, "licenses": [{"id": 3, "url": "u"}],
 "images": [{"id": 4, "license": 3, "file_name": "a.png", "coco_url": "http://x/\u56fe.jpg", "width": 64, "height": 48}],
 "annotations": [
  {"id": 7, "image_id": 4, "category_id": 1, "bbox": [1, 2, 3, 4], "area": 12, "iscrowd": 0, "keypoints": [1, 2, 2],
   "num_keypoints": 1, "attributes": {"occluded": true, "a": [1, {"b": null}]}, "score": 0.50},
  {"id": 8, "image_id": 4, "category_id": 5, "bbox": [1, 2, 3, 4], "area": 12, "iscrowd": 0}],
 "categories": [
  {"id": 1, "name": "person", "supercategory": "being", "keypoints": ["nose"], "skeleton": [[1, 1]]},
  {"id": 5, "name": "猫"}]})";

TEST_F(Conversions, coco_keeps_extra_members) {
    write_text(folder_ / "rich/annotations/instances_train.json", kRich);
    write_png(folder_ / "rich/images/train/a.png", gradient_image(kWidth, kHeight));
    const AnnotatedSet rich = read(config_of("COCO", folder_ / "rich"), Split::kTrain);
    const auto lost = builtin_writers().at("COCO")(rich, {.folder = folder_ / "again"});
    ASSERT_TRUE(lost) << to_string(lost.error());
    EXPECT_THAT(*lost, IsEmpty());
    const Json before = Json::parse(kRich),
               after = Json::parse(read_file(folder_ / "again/annotations/instances_train.json").value());
    for (const auto& [key, value] : before.items()) EXPECT_EQ(nlohmann::json(after[key]), nlohmann::json(value)) << key;
    EXPECT_EQ(after.size(), before.size());
    const LostCounts of_voc = builtin_writers().at("VOC")(rich, {.folder = folder_ / "voc"}).value();
    EXPECT_THAT(of_voc,
                UnorderedElementsAre(Pair("image numbers", 1), Pair("annotation numbers", 2), Pair("class numbers", 2),
                                     Pair("key points", 1), Pair("further fields of images", 1),
                                     Pair("further fields of annotations", 1),
                                     Pair("further fields of classes (supercategory, skeleton ...)", 1),
                                     Pair("further fields of the whole (info, licenses ...)", 1)));
}

TEST_F(Conversions, invalid_json_is_not_written) {
    write_text(folder_ / "odd/annotations/instances_train.json",
               R"({"images": [{"id": 1, "file_name": "a.png", "width": 64, "height": 48, "odd": tru}],
                   "annotations": [], "categories": [{"id": 1, "name": "a"}]})");
    write_png(folder_ / "odd/images/train/a.png", gradient_image(kWidth, kHeight));
    const AnnotatedSet odd = read(config_of("COCO", folder_ / "odd"), Split::kTrain);
    EXPECT_THAT(builtin_writers().at("COCO")(odd, {.folder = folder_ / "again"}).value(),
                UnorderedElementsAre(Pair("further fields that are no JSON", 1)));
    EXPECT_TRUE(Json::accept(read_file(folder_ / "again/annotations/instances_train.json").value()));
}

}  // namespace
}  // namespace goetia
