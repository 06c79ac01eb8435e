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

TEST(GrowingFile, is_whole_to_its_readers_whenever_they_look) {
    const TemporaryFolder temporary;
    const auto path = temporary / "list.json";
    GrowingFile file(path, "[", "\n]\n");
    file.add("1");
    EXPECT_FALSE(std::filesystem::exists(path)) << "not before it is whole";
    ASSERT_TRUE(file.flush());
    EXPECT_EQ(listed(path), Json::array({1}));
    for (int i = 2; i <= 20; ++i) {
        file.add("," + std::to_string(i));
        if (i % 3 == 0) ASSERT_TRUE(file.flush());
        EXPECT_EQ(listed(path).size(), static_cast<std::size_t>(i / 3 * 3 == 0 ? 1 : i / 3 * 3));
    }
}

TEST(GrowingFile, an_empty_one_is_whole_too_and_takes_the_place_of_what_is_there) {
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
    EXPECT_EQ(listed(path), Json::array({1})) << "the old one stays until the new one is whole";
    ASSERT_TRUE(file.flush());
    EXPECT_EQ(listed(path), Json::array({2}));
}

TEST(GrowingFile, much_text_is_written_as_it_comes_and_nothing_is_left_beside) {
    const TemporaryFolder temporary;
    const auto path = temporary / "list.json";
    {
        GrowingFile file(path, "[", "\n]\n");
        for (int i = 0; i < 400'000; ++i) file.add((i > 0 ? ",\n" : "\n") + std::to_string(i));
        ASSERT_TRUE(file.flush());
        EXPECT_EQ(listed(path).size(), 400'000U);
        file.restart();
        file.add(std::string(2 << 20, ' '));  // never shown
    }
    int files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(temporary.path())) ++files;
    EXPECT_EQ(files, 1);
}

TEST(GrowingFile, what_does_not_go_in_leaves_what_was_there) {
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
    ASSERT_TRUE(file.flush()) << "there is room again";
    EXPECT_EQ(listed(path), Json::array({1, 2}));
}

}  // namespace
}  // namespace goetia
