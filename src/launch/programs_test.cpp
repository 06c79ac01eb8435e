#include "launch/programs.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(Programs, a_missing_runtime_is_reported) {
    ::setenv("GOETIA_RUNTIME", "/nowhere/runtime", 1);
    const auto runtime = find_runtime();
    ::unsetenv("GOETIA_RUNTIME");
    ASSERT_FALSE(runtime.ok());
    EXPECT_EQ(runtime.error().message, "GOETIA_RUNTIME names '/nowhere/runtime', which is not an executable program");
}

TEST(Programs, a_relative_path_is_found_from_any_folder) {
    ::setenv("GOETIA_SUPERVISOR", std::filesystem::relative("/bin/sh").c_str(), 1);
    const auto supervisor = find_supervisor();
    ::unsetenv("GOETIA_SUPERVISOR");
    ASSERT_TRUE(supervisor.ok());
    EXPECT_TRUE(supervisor->is_absolute());
}

}  // namespace
}  // namespace goetia
