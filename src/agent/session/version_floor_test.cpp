#include "agent/session/version_floor.h"

#include <gmock/gmock.h>

#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::HasSubstr;

TEST(VersionFloor, OnlyRisesAndIsKept) {
    const testkit::TemporaryFolder folder;
    const VersionFloor floor(folder / "version.floor");
    EXPECT_TRUE(floor.check("goetia-agent 0.0.1\n")) << "nothing has run yet";
    ASSERT_TRUE(floor.raise("0.9.0"));
    ASSERT_TRUE(floor.raise("0.10.0"));
    ASSERT_TRUE(floor.raise("0.9.5")) << "an older one may run, but does not lower it";
    const VersionFloor again(folder / "version.floor");
    EXPECT_TRUE(again.check("goetia-agent 0.10.0\n"));
    EXPECT_TRUE(again.check("goetia-agent 1.0.0\n"));
    EXPECT_EQ(again.check("goetia-agent 0.9.5\n").error().code, Code::kDenied);
    EXPECT_THAT(again.check("goetia-agent 0.9.5\n").error().message, HasSubstr("has run 0.10.0 already"));
    EXPECT_THAT(again.check("sh 5.2\n").error().message, HasSubstr("not an agent"));
}

}  // namespace
}  // namespace goetia
