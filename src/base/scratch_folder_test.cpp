#include "base/scratch_folder.h"

#include <fstream>
#include <optional>

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(ScratchFolder, goes_with_its_last_owner_and_what_is_in_it) {
    std::filesystem::path path;
    {
        std::optional<ScratchFolder> owner;
        {
            ScratchFolder first = ScratchFolder::make("test").value();
            path = first.path();
            owner.emplace(std::move(first));
        }
        std::ofstream(path / "file") << "x";
        EXPECT_TRUE(std::filesystem::exists(path / "file"));
        EXPECT_NE(ScratchFolder::make("test").value().path(), path);
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace goetia
