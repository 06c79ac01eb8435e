// Sources of several formats as one set of objects.
#include <gmock/gmock.h>

#include "datasets/validation/open_sets.h"
#include "testkit/format_sets.h"

namespace goetia {
namespace {

using namespace testkit;
using testing::ElementsAre;

class MixedSources : public testing::Test {
  protected:
    MixedSources() { make_coco(folder_ / "coco"), make_voc(folder_ / "voc"), make_yolo(folder_ / "yolo"); }
    [[nodiscard]] Json source(const std::string& format, const std::string& name,
                              const Json& more = Json::object()) const {
        Json section = section_of(format, folder_ / name, more);
        section["name"] = name;
        return section;
    }
    static Json mix(const std::vector<Json>& sources) { return {{"type", "MultiSourceDataset"}, {"sources", sources}}; }
    // "source name: classes" of each image.
    static std::vector<std::string> reports_of(const Dataset& data) {
        std::vector<std::string> lines;
        for (std::int64_t i = 0; i < data.size(); ++i) {
            const Sample sample = data.sample(i).value();
            EXPECT_TRUE(fs::is_regular_file(sample.path)) << sample.path;
            std::string line = data.sources()[data.info(i)->source].name + ":";
            for (const Instance& one : sample.instances)
                line += " " + data.classes()[static_cast<std::size_t>(one.label)];
            lines.push_back(line);
        }
        return lines;
    }

    TempFolder folder_;
};

TEST_F(MixedSources, coco_voc_and_yolo_have_one_list_of_classes) {
    const Json section =
        mix({source("COCO", "coco", {{"class_map", {{"dog", "animal"}}}}),
             source("VOC", "voc", {{"class_map", {{"cat", nullptr}, {"dog", "animal"}}}}), source("YOLO", "yolo")});
    const auto data = open(section);
    ASSERT_TRUE(data) << to_string(data.error());
    EXPECT_THAT((*data)->classes(), ElementsAre("cat", "animal", "dog"));
    EXPECT_THAT(reports_of(**data),
                ElementsAre("coco: cat", "coco: animal", "voc:", "voc: animal", "yolo: cat", "yolo: dog"));
}

TEST_F(MixedSources, outlines_and_boxes_join) {
    Json document = Json::parse(std::ifstream(folder_ / "coco/annotations/instances_train.json"));
    document["annotations"][0]["segmentation"] = {{2, 2, 6, 2, 6, 6}};
    write_text(folder_ / "coco/annotations/instances_train.json", document.dump());
    for (const auto& sources : {std::vector{source("COCO", "coco"), source("VOC", "voc")},
                                std::vector{source("VOC", "voc"), source("COCO", "coco")}}) {
        const auto read = read_set(mix(sources));
        ASSERT_TRUE(read) << to_string(read.error());
        EXPECT_EQ(read->set.task, Task::kInstance);
        EXPECT_EQ(read->set.images.size(), 4U);
        EXPECT_TRUE(open(mix(sources)));
    }
}

TEST_F(MixedSources, a_source_without_annotations_joins) {
    make_coco(folder_ / "none");
    Json document = Json::parse(std::ifstream(folder_ / "none/annotations/instances_train.json"));
    document["annotations"] = Json::array();
    write_text(folder_ / "none/annotations/instances_train.json", document.dump());
    write_text(folder_ / "yolo/labels/train/train 0.txt", "0 0.1 0.1 0.5 0.1 0.5 0.5\n");
    const auto data = open(mix({source("YOLO", "yolo"), source("COCO", "none")}));
    ASSERT_TRUE(data) << to_string(data.error());
    EXPECT_THAT(reports_of(**data), ElementsAre("yolo: cat", "yolo: dog", "none:", "none:"));
}

TEST_F(MixedSources, ids_of_different_sources_are_independent) {
    make_coco(folder_ / "again");
    EXPECT_EQ(open(mix({source("COCO", "coco"), source("COCO", "again")})).value()->size(), 4);
}

TEST_F(MixedSources, an_image_of_two_sources_is_a_warning) {
    const auto sets =
        open_splits(format_datasets(), mix({source("COCO", "coco"), source("COCO", "coco")}), {Split::kTrain});
    ASSERT_TRUE(sets) << to_string(sets.error());
    const Findings findings = check_annotations(sets->front().set);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].severity, Severity::kWarning);
    EXPECT_EQ(findings[0].found, "image 'train 0.png' is in two sources, 'coco' and 'coco'");
}

TEST_F(MixedSources, faults_are_located_in_the_file_of_the_source) {
    write_text(folder_ / "yolo/labels/train/train 1.txt", "\n1 0.5 0.5 0.5 1.5\n");
    const auto refused = open(mix({source("COCO", "coco"), source("YOLO", "yolo")}));
    ASSERT_FALSE(refused);
    EXPECT_THAT(to_string(refused.error()),
                testing::HasSubstr((folder_ / "yolo/labels/train/train 1.txt").native() + ":2: the box of"));
}

TEST_F(MixedSources, objects_and_classes_do_not_join) {
    make_table(folder_ / "table");
    EXPECT_THAT(to_string(open(mix({source("COCO", "coco"), source("Table", "table")})).error()),
                testing::HasSubstr("source 'table' is for classification, the sources before it are for detection"));
}

}  // namespace
}  // namespace goetia
