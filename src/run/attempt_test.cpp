#include "run/attempt.h"

#include <gtest/gtest.h>

#include "launch/rank_input.h"
#include "launch/supervisor.h"
#include "run/make_experiment.h"
#include "testkit/experiment_config.h"
#include "testkit/fake_runtime.h"

namespace goetia {
namespace {

using testkit::run_to_end;

class Attempt : public testing::Test {
  protected:
    LaunchPlan plan(const CheckedConfig& config, const AttemptOptions& options = {}) {
        return plan_attempt(folder_, config, options).value();
    }

    // What the runtime does instead of training.
    LaunchPlan running(const std::string& script) {
        files_.folder().write("runtime", "#!/bin/sh\ncd '" + folder_.root().string() + "'\n" + script);
        return plan(config_);
    }

    testkit::ExperimentConfig files_;
    testkit::TemporaryFolder experiments_;
    CheckedConfig config_ = files_.checked().value();
    ExperimentFolder folder_ = make_experiment(config_, experiments_.path(), "/").value();
};

TEST_F(Attempt, every_rank_receives_the_resolved_document_with_its_defaults) {
    ::setenv("GOETIA_TEST_KEY", "secret", 1);
    const CheckedConfig config = files_.checked({"experiment.name='${oc.env:GOETIA_TEST_KEY}'"}).value();
    ::unsetenv("GOETIA_TEST_KEY");
    const RankInput input = rank_input_from_text(plan(config).input).value();
    EXPECT_EQ(input.document["experiment"]["name"], "secret");
    EXPECT_EQ(input.from_environment, std::set<std::string>{"experiment.name"});
    EXPECT_FALSE(config.composed.document.contains("checkpoint"));
    EXPECT_TRUE(input.document.contains("checkpoint")) << "the schema's defaults are filled in";
}

TEST_F(Attempt, ranks_load_the_plug_ins_stored_in_the_folder) {
    files_.folder().write("mine.cpp", "// a plug-in\n");
    const CheckedConfig config = files_.checked({"+components=[mine.cpp]"}).value();
    folder_ = make_experiment(config, experiments_.path(), "/").value();
    const RankInput input = rank_input_from_text(plan(config).input).value();
    EXPECT_EQ(input.document["components"], Json::array({"components/mine.cpp"}));
}

TEST_F(Attempt, is_planned_from_the_document_and_the_options) {
    const CheckedConfig config =
        files_.checked({"++training.distributed={enabled:true,world_size:2}", "++training.threads=3"}).value();
    folder_ = ExperimentFolder(std::filesystem::relative(folder_.root()));
    std::filesystem::create_directories(folder_.journal_folder());
    ASSERT_TRUE(write_file_atomic(folder_.journal(4), "").ok());
    const LaunchPlan planned = plan(config, {.checkpoint = "/c.pth", .threads = 1, .working_folder = "/work"});
    EXPECT_EQ(planned.attempt, 5);
    EXPECT_EQ(planned.world, 2);
    EXPECT_EQ(planned.threads, 3) << "what the document says wins";
    EXPECT_EQ(planned.resume, "/c.pth");
    EXPECT_EQ(planned.working_folder, "/work");
    EXPECT_TRUE(planned.folder.root().is_absolute());
    EXPECT_EQ(plan(config_, {.threads = 1}).threads, 1);
    EXPECT_EQ(plan(files_.checked({"++training.threads=auto"}).value(), {.threads = 1}).threads, 1);
}

TEST_F(Attempt, ends_with_a_summary) {
    LaunchObserver quiet;
    const auto result = run_attempt(running("exit 0\n"), quiet);
    ASSERT_TRUE(result.ok()) << to_string(result.error());
    EXPECT_EQ(result->end, LaunchEnd::kCompleted);
    EXPECT_EQ(result->summary.id, folder_.id());
}

TEST_F(Attempt, leaves_nothing_if_its_input_was_unusable) {
    LaunchObserver quiet;
    const auto result = run_attempt(
        running("echo '{\"error\":{\"code\":\"not_found\",\"message\":\"no data\"}}' >&2\nexit 4\n"), quiet);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().message, "no data");
    EXPECT_FALSE(std::filesystem::exists(folder_.root()));
}

TEST_F(Attempt, stays_if_it_failed_otherwise) {
    LaunchObserver quiet;
    EXPECT_FALSE(run_attempt(running("exit 1\n"), quiet).ok());
    EXPECT_TRUE(std::filesystem::exists(folder_.config()));
}

TEST_F(Attempt, is_started_for_an_event_loop_and_keeps_its_lock) {
    auto started = start_attempt(running(testkit::kUntilStop), RunLock::take(folder_.root()).value(),
                                 Lifetime::kTiedToUs, nullptr);
    ASSERT_TRUE(started.ok());
    EXPECT_TRUE(is_running(folder_.root()));
    ASSERT_TRUE(started->running->send(Request::kStop).ok());
    const Result<LaunchEnd> end = run_to_end(*started->running);
    EXPECT_EQ(finish_attempt(folder_, end)->end, LaunchEnd::kStopped);
    started->lock.reset();
    EXPECT_FALSE(is_running(folder_.root()));
}

TEST_F(Attempt, outlives_us_if_requested) {
    ::setenv("GOETIA_SUPERVISOR", GOETIA_BUILD_DIR "/bin/goetia-supervisor", 1);
    auto started = start_attempt(running(testkit::kUntilStop), RunLock::take(folder_.root()).value(),
                                 Lifetime::kDetached, nullptr);
    ASSERT_TRUE(started.ok());
    started->running.reset();
    EXPECT_TRUE(is_running(folder_.root()));
    std::unique_ptr<SupervisedAttempt> found;
    for (int i = 0; i < 2000 && !found; ++i) {
        found = find_attempt(folder_, nullptr).value();
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ASSERT_TRUE(found);
    ASSERT_TRUE(found->send(Request::kStop).ok());
    EXPECT_EQ(run_to_end(*found).value(), LaunchEnd::kStopped);
    ::unsetenv("GOETIA_SUPERVISOR");
}

}  // namespace
}  // namespace goetia
