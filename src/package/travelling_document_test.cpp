#include "package/travelling_document.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "base/json_text.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testkit::TemporaryFolder;
namespace fs = std::filesystem;

class MarkPaths : public testing::Test {
  protected:
    struct Travelled : TravellingParts {
        Json document;
    };
    Travelled travelled(const std::string& text) {
        Travelled done;
        done.document = parse_json(text, "test").value();
        auto parts = mark_paths(done.document, folder_.path());
        EXPECT_TRUE(parts.ok()) << to_string(parts.error());
        static_cast<TravellingParts&>(done) = std::move(parts).value();
        return done;
    }
    [[nodiscard]] std::string here(const std::string& name) const { return (folder_ / name).native(); }

    TemporaryFolder folder_;
};

TEST_F(MarkPaths, data_become_marks_and_wants) {
    folder_.write("data/train/a.png", "");
    const Travelled one = travelled(R"({"dataset": {"type": "ImageFolder", "data_root": "data/"}})");
    EXPECT_EQ(one.document["dataset"]["data_root"], "@data/data");
    ASSERT_EQ(one.data.size(), 1U);
    EXPECT_EQ(one.data[0], (PackagedData{"data", "ImageFolder", here("data"), {}}));

    const Travelled many = travelled(
        R"({"dataset": {"data_roots": ["data", "/elsewhere/b", "data/train"], "val": {"data_root": "/elsewhere/b/v"}}})");
    EXPECT_EQ(many.document["dataset"]["data_roots"], Json::array({"@data/data", "@data/data_2", "@data/data/train"}));
    EXPECT_EQ(many.document["dataset"]["val"]["data_root"], "@data/data_2/v");
    EXPECT_EQ(many.data.at(1).source, "/elsewhere/b") << "only the nodes may have it";
}

TEST_F(MarkPaths, addresses_and_sets_without_data_stay) {
    const std::string text = R"({"dataset": {"type": "Packed", "data_root": "https://host/set"}, "model": {"a": 1}})";
    EXPECT_EQ(travelled(text).document, parse_json(text, "").value());
    EXPECT_THAT(travelled(text).data, IsEmpty());
    EXPECT_THAT(travelled(R"({"dataset": {"type": "Shapes", "data_root": null}})").data, IsEmpty());
}

TEST_F(MarkPaths, relative_data_must_be_there) {
    Json document = {{"dataset", {{"data_root", "gone"}}}};
    const auto done = mark_paths(document, folder_.path());
    EXPECT_EQ(done.error().code, Code::kNotFound);
    EXPECT_THAT(to_string(done.error()), HasSubstr("dataset.data_root: there is no '" + here("gone") +
                                                   "'; name data that only the nodes have by an absolute path"));
}

TEST_F(MarkPaths, small_files_travel_and_those_of_the_data_do_not) {
    folder_.write("data/meta/classes.txt", "");
    folder_.write("classes.txt", "");
    folder_.write("weights/w.pth", "");
    const Travelled done = travelled(R"({
        "model": {"pretrained": {"source": "local", "path": "weights/w.pth"}, "backbone": {"init_file": "gone.pth"}},
        "dataset": {"data_root": "data", "classes_file": "classes.txt",
                    "val": {"ann_file": "meta/classes.txt", "classes_file": ")" +
                                     here("data/meta/classes.txt") + R"("}}
    })");
    EXPECT_EQ(done.document["model"]["pretrained"]["path"], "@package/files/model.pretrained.path/w.pth");
    EXPECT_EQ(done.document["model"]["backbone"]["init_file"], "gone.pth") << "no file here: left as it is";
    EXPECT_EQ(done.document["dataset"]["classes_file"], "@package/files/dataset.classes_file/classes.txt");
    EXPECT_EQ(done.document["dataset"]["val"]["ann_file"], "meta/classes.txt") << "below the root, also at the node";
    EXPECT_EQ(done.document["dataset"]["val"]["classes_file"], "@data/data/meta/classes.txt");
    ASSERT_EQ(done.files.size(), 2U);
    EXPECT_EQ(done.files[0].source, here("weights/w.pth"));
    EXPECT_EQ(done.files[0].key, "model.pretrained.path");
}

TEST_F(MarkPaths, weights_of_another_source_are_a_name) {
    folder_.write("resnet50", "");
    const Travelled done = travelled(R"({"model": {"pretrained": {"source": "torchvision", "path": "resnet50"}}})");
    EXPECT_EQ(done.document["model"]["pretrained"]["path"], "resnet50");
    EXPECT_THAT(done.files, IsEmpty());
}

TEST_F(MarkPaths, a_table_without_a_root_brings_its_folder) {
    folder_.write("tables/train.csv", "");
    folder_.write("tables/val.csv", "");
    folder_.write("pictures/a.png", "");
    const Travelled done = travelled(R"({"dataset": {"type": "Table", "ann_file": "tables/train.csv",
        "image_dir": "pictures", "val": {"ann_file": "tables/val.csv"}}})");
    EXPECT_EQ(done.document["dataset"]["ann_file"], "@data/data/train.csv");
    EXPECT_EQ(done.document["dataset"]["val"]["ann_file"], "@data/data/val.csv");
    EXPECT_EQ(done.document["dataset"]["image_dir"], "@data/image_dir");
    ASSERT_EQ(done.data.size(), 2U);
    EXPECT_EQ(done.data[0].source, here("tables"));
    EXPECT_EQ(done.data[1].source, here("pictures"));
}

TEST_F(MarkPaths, texts_from_the_environment_are_told_unless_they_are_marks) {
    const Json document = {{"dataset", {{"data_root", "@data/data"}}},
                           {"hooks", Json::array({{{"key", "s3cr3t"}}})},
                           {"training", {{"epochs", 5}}}};
    const std::vector<Fault> faults =
        environment_texts(document, {"dataset.data_root", "hooks[0].key", "training.epochs", "not.there"});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].path, "hooks[0].key");
    EXPECT_EQ(faults[0].message.find("s3cr3t"), std::string::npos);
}

// Of a document whose paths are those of nodes, nothing is looked up here.
TEST(MarkPathsOfNodes, marks_data_and_refuses_what_only_this_machine_could_have) {
    const auto marked = [](const std::string& text) {
        Json document = parse_json(text, "test").value();
        const auto parts = mark_paths(document, "", PathsOf::kNodes);
        return parts ? json_text(document) + " of " + parts->data.at(0).source : to_string(parts.error());
    };
    EXPECT_EQ(marked(R"({"dataset": {"data_root": "/data/set", "train": {"ann_file": "a.json"}}})"),
              R"({"dataset":{"data_root":"@data/data","train":{"ann_file":"a.json"}}} of /data/set)");
    EXPECT_EQ(marked(R"({"dataset": {"train": {"ann_file": "/data/t/a.csv"}}})"),
              R"({"dataset":{"train":{"ann_file":"@data/data/a.csv"}}} of /data/t)");
    EXPECT_THAT(marked(R"({"dataset": {"data_root": "set"}})"), HasSubstr("is a relative path"));
    EXPECT_THAT(marked(R"({"dataset": {"data_root": "/data"}, "model": {"pretrained": {"path": "/etc/passwd"}}})"),
                HasSubstr("model.pretrained.path: is a file outside of the data"));
    EXPECT_EQ(marked(R"({"dataset": {"data_root": "/data"}, "model": {"pretrained": {"path": "/data/w.pth"}}})"),
              R"({"dataset":{"data_root":"@data/data"},"model":{"pretrained":{"path":"@data/data/w.pth"}}} of /data)");
    EXPECT_EQ(
        marked(
            R"({"dataset": {"data_root": "/data"}, "model": {"pretrained": {"path": "@data/weights/weights.pth"}}})"),
        R"({"dataset":{"data_root":"@data/data"},"model":{"pretrained":{"path":"@data/weights/weights.pth"}}} of /data)");
}

}  // namespace
}  // namespace goetia
