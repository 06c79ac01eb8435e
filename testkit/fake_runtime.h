// A shell script that stands in for goetia-runtime: it is started with the same arguments and environment, in an
// experiment folder with the subfolders that a launcher needs.
#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/files.h"
#include "launch/launch_plan.h"
#include "launch/running_attempt.h"
#include "testkit/temporary_folder.h"

namespace goetia::testkit {

// Writes the file "ready" and runs until the control file requests a stop.
constexpr const char* kUntilStop =
    "touch ready\nuntil grep -q stop journal/control.json; do sleep 0.02; done\nexit 130\n";

class FakeRuntime {
  public:
    FakeRuntime() {
        for (const char* name : {"exp/journal", "exp/logs"}) std::filesystem::create_directories(folder_ / name);
    }

    LaunchPlan plan(const std::string& script, int world = 1) const {
        const std::filesystem::path program = folder_ / "runtime";
        EXPECT_TRUE(write_file_atomic(program, "#!/bin/sh\ncd '" + root().string() + "'\n" + script).ok());
        std::filesystem::permissions(program, std::filesystem::perms::owner_all);
        return {.runtime = program, .folder = experiment(), .world = world, .threads = 1, .grace_seconds = 0.3};
    }

    [[nodiscard]] std::filesystem::path root() const { return folder_ / "exp"; }
    [[nodiscard]] ExperimentFolder experiment() const { return ExperimentFolder(root()); }
    [[nodiscard]] std::string file(const std::string& name) const { return read_file(root() / name).value(); }
    [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

    // Waits for a file that a rank writes; fails the test after ten seconds.
    void wait_for(const std::string& name) const {
        const double until = steady_seconds() + 10;
        while (!std::filesystem::exists(root() / name)) {
            ASSERT_LT(steady_seconds(), until) << name;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }

  private:
    TemporaryFolder folder_;
};

// Drives an attempt as an event loop does, for at most thirty seconds.
inline Result<LaunchEnd> run_to_end(RunningAttempt& attempt) {
    const double until = steady_seconds() + 30;
    while (!attempt.verdict() && steady_seconds() < until) {
        std::vector<pollfd> watched;
        attempt.watch(watched);
        const double deadline = std::min(until, attempt.deadline().value_or(until));
        ::poll(watched.data(), watched.size(), milliseconds_until(deadline));
        GOETIA_TRY(attempt.advance());
    }
    if (!attempt.verdict()) return failed("the attempt did not end");
    return *attempt.verdict();
}

}  // namespace goetia::testkit
