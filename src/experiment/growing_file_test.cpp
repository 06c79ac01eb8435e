#include "experiment/growing_file.h"

#include <sys/resource.h>

#include <csignal>

#include <gtest/gtest.h>

#include "base/json.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testkit::TemporaryFolder;

Json listed(const std::filesystem::path& path) { return Json::parse(read_file(path).value()); }

TEST(GrowingFile, is_always_complete_to_its_readers) {
    const TemporaryFolder temporary;
    const auto path = temporary / "list.json";
    GrowingFile file(path, "[", "\n]\n");
    file.add("1");
    EXPECT_FALSE(std::filesystem::exists(path)) << "not before it is complete";
    ASSERT_TRUE(file.flush());
    EXPECT_EQ(listed(path), Json::array({1}));
    for (int i = 2; i <= 20; ++i) {
        file.add("," + std::to_string(i));
        if (i % 3 == 0) ASSERT_TRUE(file.flush());
        EXPECT_EQ(listed(path).size(), static_cast<std::size_t>(i / 3 * 3 == 0 ? 1 : i / 3 * 3));
    }
}

TEST(GrowingFile, an_empty_one_is_complete_and_replaces_the_existing_file) {
    const TemporaryFolder temporary;
    const auto path = temporary / "list.json";
    ASSERT_TRUE(write_file_atomic(path, "something else"));
    GrowingFile file(path, "[", "\n]\n");
    ASSERT_TRUE(file.flush());
    EXPECT_EQ(listed(path), Json::array());
    file.add("1");
    ASSERT_TRUE(file.flush());
    file.restart();
    file.add("2");
    EXPECT_EQ(listed(path), Json::array({1})) << "the old one stays until the new one is complete";
    ASSERT_TRUE(file.flush());
    EXPECT_EQ(listed(path), Json::array({2}));
}

TEST(GrowingFile, large_texts_are_written_early_and_no_temporary_file_is_left) {
    const TemporaryFolder temporary;
    const auto path = temporary / "list.json";
    {
        GrowingFile file(path, "[", "\n]\n");
        for (int i = 0; i < 400'000; ++i) file.add((i > 0 ? ",\n" : "\n") + std::to_string(i));
        ASSERT_TRUE(file.flush());
        EXPECT_EQ(listed(path).size(), 400'000U);
        file.restart();
        file.add(std::string(2 << 20, ' '));  // never published
    }
    int files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(temporary.path())) ++files;
    EXPECT_EQ(files, 1);
}

TEST(GrowingFile, a_failed_write_keeps_the_previous_content) {
    const TemporaryFolder temporary;
    const auto path = temporary / "list.json";
    GrowingFile file(path, "[", "\n]\n");
    file.add("1");
    ASSERT_TRUE(file.flush());
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit little{100, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &little), 0);
    file.add("," + std::string(200, ' ') + "2");
    const Status full = file.flush();
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, old_handler);
    EXPECT_EQ(full.error().message, "cannot write '" + path.native() + "': File too large");
    EXPECT_EQ(listed(path), Json::array({1}));
    ASSERT_TRUE(file.flush()) << "there is space again";
    EXPECT_EQ(listed(path), Json::array({1, 2}));
}

}  // namespace
}  // namespace goetia
