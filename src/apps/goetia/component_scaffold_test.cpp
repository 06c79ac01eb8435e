#include "apps/goetia/component_scaffold.h"

#include <gtest/gtest.h>

#include <set>

#include "base/files.h"
#include "component/schema.h"
#include "testkit/temporary_folder.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

const fs::path kScaffolds = fs::path(GOETIA_SOURCE_DIR) / "samples" / "scaffold";

class Scaffold : public testing::Test {
  protected:
    testkit::TemporaryFolder temporary_;
    const fs::path& root_ = temporary_.path();
};

TEST_F(Scaffold, names_files_in_snake_case) {
    EXPECT_EQ(snake_case("MyModel"), "my_model");
    EXPECT_EQ(snake_case("MyRGBModel"), "my_rgb_model");
    EXPECT_EQ(snake_case("ResNet18"), "res_net18");
    EXPECT_EQ(snake_case("X"), "x");
}

TEST_F(Scaffold, there_is_one_for_every_kind_and_it_uses_the_name) {
    std::set<std::string> kinds;
    for (const Kind kind : all_kinds()) {
        kinds.insert(std::string(kind_name(kind)));
        const fs::path folder = root_ / kind_name(kind) / "deeper";
        const auto written = write_scaffold(kScaffolds, std::string(kind_name(kind)), "AddRain", folder);
        ASSERT_TRUE(written) << to_string(written.error());
        EXPECT_EQ(*written, (std::vector<fs::path>{folder / "add_rain.cpp", folder / "add_rain.yaml"}));
        for (const fs::path& file : *written) {
            const std::string text = *read_file(file);
            EXPECT_NE(text.find("AddRain"), std::string::npos) << file;
            EXPECT_EQ(text.find("MyComponent"), std::string::npos) << file;
            EXPECT_EQ(text.find("my_component"), std::string::npos) << file;
        }
    }
    for (const auto& entry : fs::directory_iterator(kScaffolds))
        EXPECT_TRUE(kinds.contains(entry.path().stem())) << entry.path() << " is for no kind";
}

TEST_F(Scaffold, refuses_invalid_names_and_overwrites_nothing) {
    EXPECT_EQ(write_scaffold(kScaffolds, "modle", "MyModel", root_).error().message,
              "no kind of component is called 'modle'; did you mean 'model'? (there are: model, backbone, neck, head, "
              "loss, anchors, assigner, box_coder, box_sampler, dataset, sampler, transform, "
              "batch_transform, optimizer, scheduler, metric, hook)");
    EXPECT_EQ(write_scaffold(kScaffolds, "model", "my-model", root_).error().message,
              "a component's name must be a C++ class name: a capital, then letters and digits, such as 'MyModel'; "
              "found 'my-model'");
    ASSERT_TRUE(write_file_atomic(root_ / "my_model.yaml", "mine"));
    const auto again = write_scaffold(kScaffolds, "model", "MyModel", root_);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Code::kWrongState);
    EXPECT_EQ(again.error().message, "'" + (root_ / "my_model.yaml").native() +
                                         "' exists already; choose another name, or another folder with --output");
    EXPECT_FALSE(fs::exists(root_ / "my_model.cpp"));
    EXPECT_EQ(*read_file(root_ / "my_model.yaml"), "mine");
}

}  // namespace
}  // namespace goetia::cli
