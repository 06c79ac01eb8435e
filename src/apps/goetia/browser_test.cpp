#include "apps/goetia/browser.h"

#include <cstdlib>
#include <thread>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/files.h"
#include "testkit/temporary_folder.h"

namespace goetia::cli {
namespace {

class Browser : public testing::Test {
  protected:
    Browser() {
        const auto program = folder.write(
            "bin/xdg-open", "#!/bin/sh\necho \"$# $1\" >\"$OPENED.part\"; mv \"$OPENED.part\" \"$OPENED\"\n");
        std::filesystem::permissions(program, std::filesystem::perms::owner_all);
        ::setenv("OPENED", (folder / "opened").c_str(), 1);
        ::setenv("PATH", ((folder / "bin").native() + ":" + path).c_str(), 1);
        ::unsetenv("DISPLAY");
        ::unsetenv("WAYLAND_DISPLAY");
    }
    ~Browser() override {
        ::setenv("PATH", path.c_str(), 1);
        ::unsetenv("DISPLAY");
    }

    testkit::TemporaryFolder folder;
    std::string path = std::getenv("PATH");
};

TEST_F(Browser, IsOnlyForAMachineWithAScreen) {
    EXPECT_FALSE(open_in_browser("http://127.0.0.1:1/tasks/1"));
    ::setenv("DISPLAY", "", 1);
    EXPECT_FALSE(open_in_browser("http://127.0.0.1:1/tasks/1"));
    EXPECT_FALSE(std::filesystem::exists(folder / "opened"));
}

TEST_F(Browser, IsGivenTheAddressAsOneWord) {
    ::setenv("DISPLAY", ":0", 1);
    EXPECT_TRUE(open_in_browser("http://127.0.0.1:1/tasks/1?a=b&c='d'"));
    for (const double until = steady_seconds() + 20; steady_seconds() < until;) {
        if (std::filesystem::exists(folder / "opened")) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_EQ(*read_file(folder / "opened"), "1 http://127.0.0.1:1/tasks/1?a=b&c='d'\n");
}

TEST_F(Browser, MayBeAbsent) {
    ::setenv("DISPLAY", ":0", 1);
    ::setenv("PATH", folder.path().c_str(), 1);
    EXPECT_FALSE(open_in_browser("http://127.0.0.1:1/"));
}

}  // namespace
}  // namespace goetia::cli
