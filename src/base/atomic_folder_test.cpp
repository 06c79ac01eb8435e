#include "base/atomic_folder.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;
using testkit::TemporaryFolder;

// The folder's own entries.
std::vector<std::string> entries(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().native());
    return names;
}

Status put(const fs::path& temporary) { return write_file_atomic(temporary / "a", "1"); }

TEST(AtomicFolder, exists_once_it_is_filled) {
    const TemporaryFolder folder;
    ASSERT_TRUE(make_folder_atomically(folder / "out", put));
    EXPECT_EQ(entries(folder.path()), std::vector<std::string>{"out"});
    EXPECT_EQ(entries(folder / "out"), std::vector<std::string>{"a"});
    EXPECT_EQ(make_folder_atomically(folder / "out", put).error().code, Code::kWrongState);
}

TEST(AtomicFolder, leaves_nothing_after_an_error_or_an_exception) {
    const TemporaryFolder folder;
    EXPECT_FALSE(make_folder_atomically(folder / "out", [](const fs::path& temporary) -> Status {
        GOETIA_TRY(put(temporary));
        return failed("half-way");
    }));
    EXPECT_EQ(entries(folder.path()), std::vector<std::string>{});
    const auto throws = [](const fs::path& temporary) -> Status {
        GOETIA_TRY(put(temporary));
        throw std::runtime_error("half-way");
    };
    EXPECT_THROW(static_cast<void>(make_folder_atomically(folder / "out", throws)), std::runtime_error);
    EXPECT_EQ(entries(folder.path()), std::vector<std::string>{});
}

}  // namespace
}  // namespace goetia
