#include "base/memory_file.h"

#include <cerrno>
#include <gtest/gtest.h>
#include <unistd.h>

namespace goetia {
namespace {

TEST(MemoryFile, contains_its_bytes_from_the_beginning) {
    const std::string much(1 << 20, 'y');
    const auto file = memory_file(much);
    ASSERT_TRUE(file.ok());
    std::string found(much.size() + 1, '\0');
    EXPECT_EQ(::read(file->get(), found.data(), found.size()), static_cast<ssize_t>(much.size()));
    found.resize(much.size());
    EXPECT_EQ(found, much);
}

TEST(MemoryFile, is_sealed) {
    const auto file = memory_file("as it is");
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(::write(file->get(), "x", 1), -1);
    EXPECT_EQ(errno, EPERM);
    EXPECT_NE(::ftruncate(file->get(), 0), 0);
}

}  // namespace
}  // namespace goetia
