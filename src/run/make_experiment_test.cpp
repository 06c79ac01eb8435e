#include "run/make_experiment.h"

#include <gtest/gtest.h>

#include "testkit/experiment_config.h"

namespace goetia {
namespace {

using testkit::ExperimentConfig;
using testkit::TemporaryFolder;

TEST(MakeExperiment, keeps_references_overrides_and_the_working_folder) {
    const ExperimentConfig files;
    const TemporaryFolder experiments;
    ::setenv("GOETIA_TEST_KEY", "secret", 1);
    const std::string override = "experiment.description='${oc.env:GOETIA_TEST_KEY}'";
    const CheckedConfig config = files.checked({"++" + override}).value();
    ::unsetenv("GOETIA_TEST_KEY");
    const ExperimentFolder folder = make_experiment(config, experiments / "deep/er", "/somewhere/else").value();
    EXPECT_EQ(folder.root().parent_path(), experiments / "deep/er");
    const std::string kept = read_file(folder.config()).value();
    EXPECT_NE(kept.find("${oc.env:GOETIA_TEST_KEY}"), std::string::npos);
    EXPECT_EQ(parse_yaml(read_file(folder.overrides()).value(), "").value(), Json::array({"++" + override}));
    EXPECT_NE(read_file(folder.reproduce_script()).value().find("started_in='/somewhere/else'"), std::string::npos);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.root())) {
        if (!entry.is_regular_file()) continue;
        EXPECT_EQ(read_file(entry.path()).value().find("secret"), std::string::npos) << entry.path();
    }
}

TEST(MakeExperiment, leaves_no_incomplete_folder) {
    const ExperimentConfig files;
    const TemporaryFolder experiments;
    CheckedConfig config = files.checked().value();
    config.plugins = {(files.folder() / "gone.cpp").string()};
    EXPECT_FALSE(make_experiment(config, experiments.path(), "/").ok());
    EXPECT_TRUE(std::filesystem::is_empty(experiments.path()));
}

TEST(MakeExperiment, a_changed_run_keeps_all_earlier_overrides) {
    const ExperimentConfig files;
    const TemporaryFolder experiments;
    const ExperimentFolder folder =
        make_experiment(files.checked({"training.epochs=3"}).value(), experiments.path(), "/").value();
    ASSERT_TRUE(record_change(folder, files.checked({"training.epochs=5"}).value()).ok());
    EXPECT_EQ(parse_yaml(read_file(folder.overrides()).value(), "").value(),
              Json::array({"training.epochs=3", "training.epochs=5"}));
    EXPECT_EQ(parse_yaml(read_file(folder.config()).value(), "").value()["training"]["epochs"], 5);
}

TEST(MakeExperiment, the_working_folder_is_known_once_recorded_and_while_it_exists) {
    const TemporaryFolder root;
    const ExperimentFolder folder(root.path());
    EXPECT_EQ(working_folder_of(folder), "");
    const auto noted = [&](const std::string& text) {
        root.write("environment.json", text);
        return working_folder_of(folder);
    };
    EXPECT_EQ(noted(Json{{"working_folder", root.path().string()}}.dump()), root.path());
    EXPECT_EQ(noted(R"({"working_folder": "/no/longer/there"})"), "");
    EXPECT_EQ(noted("half a fi"), "");
}

}  // namespace
}  // namespace goetia
