#include "agent/fetch/object_fetch.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "base/hash.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

std::string thousand_bytes() {
    std::string bytes;
    for (int i = 0; i < 1000; ++i) bytes += static_cast<char>(i * 7);
    return bytes;
}

class ObjectFetchTest : public testing::Test {
  protected:
    Result<ObjectFetch> open() { return ObjectFetch::open(target_, {sha256_hex(content_), 1000}); }
    Status take_next(ObjectFetch& fetch, std::int64_t most = 300) {
        const ByteSpan span = fetch.next(most).value();
        return fetch.take(span, std::string_view(content_).substr(static_cast<std::size_t>(span.begin),
                                                                  static_cast<std::size_t>(span.end - span.begin)));
    }

    testkit::TemporaryFolder folder_;
    std::filesystem::path target_ = folder_ / "object";
    std::string content_ = thousand_bytes();
};

TEST_F(ObjectFetchTest, continues_after_a_kill_at_any_point) {
    for (int before = 0; before <= 4; ++before) {
        std::filesystem::remove(target_);
        {
            auto fetch = open().value();
            for (int i = 0; i < before; ++i) ASSERT_TRUE(take_next(fetch).ok());
        }  // killed
        auto fetch = open().value();
        int more = 0;
        for (; fetch.next(300); ++more) ASSERT_TRUE(take_next(fetch).ok());
        ASSERT_TRUE(fetch.finish().value());
        EXPECT_EQ(read_file(target_).value(), content_);
    }
}

TEST_F(ObjectFetchTest, a_wrong_object_is_fetched_again_and_then_given_up) {
    auto fetch = open().value();
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(fetch.take({0, 1000}, std::string(1000, 'x')).ok());
        const auto done = fetch.finish();
        if (i < 2) {
            EXPECT_FALSE(done.value());
            EXPECT_EQ(fetch.next(5000), (ByteSpan{0, 1000})) << "from the beginning";
        } else {
            ASSERT_FALSE(done.ok());
            EXPECT_THAT(done.error().message, testing::HasSubstr("was fetched 3 times and had another hash each time"));
        }
    }
    EXPECT_FALSE(std::filesystem::exists(target_));
}

TEST_F(ObjectFetchTest, bytes_that_were_not_asked_for_are_refused) {
    auto fetch = open().value();
    EXPECT_EQ(fetch.take({0, 300}, "short").error().code, Code::kInvalid);
    EXPECT_EQ(fetch.present(), 0);
}

TEST_F(ObjectFetchTest, what_was_received_of_another_object_is_forgotten) {
    {
        auto fetch = open().value();
        ASSERT_TRUE(take_next(fetch).ok());
    }
    content_ = std::string(1000, 'y');
    auto fetch = open().value();
    EXPECT_EQ(fetch.present(), 0);
}

}  // namespace
}  // namespace goetia
