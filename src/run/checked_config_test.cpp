#include "run/checked_config.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "testkit/experiment_config.h"

namespace goetia {
namespace {

using testkit::ExperimentConfig;

bool names(const Error& error, const std::string& path) {
    return std::any_of(error.faults.begin(), error.faults.end(),
                       [&](const Fault& fault) { return fault.path == path; });
}

TEST(CheckedConfig, is_resolved_and_records_what_came_from_the_environment) {
    const ExperimentConfig files;
    ::setenv("GOETIA_TEST_KEY", "secret", 1);
    const auto config =
        files.checked({"experiment.name='${oc.env:GOETIA_TEST_KEY}'", "training.epochs='${experiment.seed}'"});
    ::unsetenv("GOETIA_TEST_KEY");
    ASSERT_TRUE(config.ok()) << to_string(config.error());
    EXPECT_EQ(config->composed.document["experiment"]["name"], "secret");
    EXPECT_EQ(config->composed.document["training"]["epochs"], 7);
    EXPECT_EQ(config->composed.unresolved["experiment"]["name"], "${oc.env:GOETIA_TEST_KEY}");
    EXPECT_EQ(config->composed.from_environment, std::set<std::string>{"experiment.name"});
    EXPECT_TRUE(config->skipped.empty());
    EXPECT_TRUE(config->plugins.empty());
}

TEST(CheckedConfig, all_faults_are_reported_at_once_with_their_paths) {
    const ExperimentConfig files;
    const auto config = files.checked({"training.epochs=0", "training.batch_size=-1", "+training.batchsize=3"});
    ASSERT_FALSE(config.ok());
    EXPECT_EQ(config.error().code, Code::kInvalid);
    for (const char* path : {"training.epochs", "training.batch_size", "training.batchsize"})
        EXPECT_TRUE(names(config.error(), path)) << path << " in " << to_string(config.error());
    for (const Fault& fault : config.error().faults) EXPECT_FALSE(fault.file.empty()) << fault.path;
}

TEST(CheckedConfig, unsupported_sections_are_refused_or_skipped) {
    const ExperimentConfig files;
    const std::vector<std::string> overrides = {"++compression.pruning.enabled=true"};
    const auto refused = files.checked(overrides);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Code::kUnsupported);
    EXPECT_TRUE(names(refused.error(), "compression.pruning")) << to_string(refused.error());
    const auto skipped = files.checked(overrides, true);
    ASSERT_TRUE(skipped.ok()) << to_string(skipped.error());
    EXPECT_EQ(skipped->skipped.size(), 1U);
    for (const Json* document : {&skipped->composed.document, &skipped->composed.unresolved}) {
        const Json::json_pointer enabled("/compression/pruning/enabled");
        EXPECT_FALSE(document->value(enabled, false));
    }
}

TEST(CheckedConfig, an_invalid_number_of_ranks_is_refused) {
    const ExperimentConfig files;
    EXPECT_FALSE(files.checked({"++training.distributed={enabled:true,world_size:0}"}).ok());
}

TEST(CheckedConfig, the_runtime_describes_plug_ins) {
    const ExperimentConfig files;
    files.folder().write("mine.cpp", "// a plug-in\n");
    const auto config = files.checked({"+components=[mine.cpp]"});
    ASSERT_TRUE(config.ok()) << to_string(config.error());
    const std::string file = (files.folder() / "mine.cpp").string();
    EXPECT_EQ(config->plugins, std::vector<std::string>{file});
    EXPECT_EQ(read_file(files.folder() / "asked").value(), "describe --components " + file + "\n");
    const auto missing = files.checked({"+components=[other.cpp]"});
    ASSERT_FALSE(missing.ok());
    EXPECT_TRUE(names(missing.error(), "components[0]")) << to_string(missing.error());
}

}  // namespace
}  // namespace goetia
