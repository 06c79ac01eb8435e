#include "fetch/catalogue/set_up.h"

#include <gmock/gmock.h>

#include "base/hash.h"
#include "base/process.h"
#include "testkit/images.h"
#include "testkit/server.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;
using testkit::Client;
using testkit::Request;
using testkit::Server;

std::string archive_of(const TempFolder& folder, const std::string& content) {
    write_text(folder / "make/set/a.txt", content);
    const auto done = run_process(
        {.words = {"tar", "-C", (folder / "make").native(), "-czf", (folder / "made.tar.gz").native(), "set"}});
    EXPECT_TRUE(done && done->exit_code == 0);
    return read_file(folder / "made.tar.gz").value();
}

RemoteSet set_of(const std::string& url, const std::string& bytes) {
    RemoteSet set{.name = "small", .title = "Small", .images = 1, .unpacked_bytes = 100'000};
    set.files.push_back({.name = "a.tar.gz", .urls = {url}, .about_bytes = static_cast<std::int64_t>(bytes.size())});
    set.files[0].expected = {static_cast<std::int64_t>(bytes.size()), sha256_hex(bytes), ""};
    set.texts["extra/notes.txt"] = "hello";
    set.dataset = {{"type", "ImageFolder"}, {"data_root", "{root}/set"}};
    return set;
}

TEST(SetUp, fetches_unpacks_and_writes_its_manifest_last) {
    const TempFolder folder;
    const std::string bytes = archive_of(folder, "one");
    Server server([&](const Request& request, Client& client) { client.serve(request, bytes); });
    const RemoteSet set = set_of(server.url("/a.tar.gz"), bytes);
    const SetUpOptions options{.cache = folder / "cache", .named_by_user = true};
    const ReadySet ready = set_up(set, options, {}).value();
    EXPECT_FALSE(ready.was_there);
    EXPECT_TRUE(ready.notices.empty());
    EXPECT_EQ(read_file(ready.folder / "set/a.txt").value(), "one");
    EXPECT_EQ(read_file(ready.folder / "extra/notes.txt").value(), "hello");
    EXPECT_FALSE(fs::exists(folder / "cache/small/downloads")) << "the archive is not kept";
    const Json manifest = Json::parse(read_file(folder / "cache/small/manifest.json").value());
    EXPECT_EQ(manifest["files"][0]["sha256"], sha256_hex(bytes));
    EXPECT_EQ(manifest["files"][0]["checked"], "sha256");
    EXPECT_EQ(manifest["dataset"]["data_root"], (ready.folder / "set").native());
    const auto requests_before = server.requests().size();
    EXPECT_TRUE(set_up(set, options, {}).value().was_there);
    EXPECT_EQ(server.requests().size(), requests_before) << "existing files are not fetched again";
}

TEST(SetUp, the_written_paths_are_absolute) {
    const TempFolder folder;
    const std::string bytes = archive_of(folder, "one");
    Server server([&](const Request& request, Client& client) { client.serve(request, bytes); });
    const fs::path near = folder.path().lexically_relative(fs::current_path());
    ASSERT_TRUE(near.is_relative());
    ASSERT_TRUE(set_up(set_of(server.url(), bytes), {.cache = near / "cache", .named_by_user = true}, {}));
    const Json manifest = Json::parse(read_file(folder / "cache/small/manifest.json").value());
    const fs::path root = manifest["dataset"]["data_root"].get<std::string>();
    EXPECT_TRUE(root.is_absolute()) << root;
    EXPECT_TRUE(fs::equivalent(root, folder / "cache/small/data/set"));
}

TEST(SetUp, a_wrong_archive_leaves_no_set) {
    const TempFolder folder;
    const std::string bytes = archive_of(folder, "one");
    Server server([&](const Request& request, Client& client) { client.serve(request, bytes); });
    RemoteSet set = set_of(server.url(), bytes);
    set.files[0].expected.sha256 = std::string(64, '0');
    const SetUpOptions options{.cache = folder / "cache", .named_by_user = true};
    EXPECT_THAT(set_up(set, options, {}).error().message, HasSubstr("sent another file: its SHA-256 is"));
    EXPECT_FALSE(list_cache(folder / "cache").value()[0].ready);
}

TEST(SetUp, archives_fetched_by_hand_are_taken_and_checked) {
    const TempFolder folder;
    const std::string bytes = archive_of(folder, "one");
    write_text(folder / "by hand 手/a.tar.gz", bytes);
    RemoteSet set = set_of("http://nowhere.invalid/a.tar.gz", bytes);
    SetUpOptions options{.cache = folder / "cache", .given = folder / "by hand 手"};
    EXPECT_EQ(plan_set_up({&set}, options.cache, 1 << 30, options.given).to_fetch, 0);
    ASSERT_TRUE(set_up(set, options, {}));
}

TEST(SetUp, a_file_without_a_published_checksum_is_reported_with_its_own) {
    const TempFolder folder;
    const std::string bytes = archive_of(folder, "one");
    Server server([&](const Request& request, Client& client) { client.serve(request, bytes); });
    RemoteSet set = set_of(server.url(), bytes);
    set.files[0].expected = {};
    const ReadySet ready = set_up(set, {.cache = folder / "cache", .named_by_user = true}, {}).value();
    ASSERT_EQ(ready.notices.size(), 1U);
    EXPECT_EQ(ready.notices[0],
              "nothing is published to check 'a.tar.gz' against; its SHA-256 is " + sha256_hex(bytes));
}

TEST(SetUp, a_set_being_set_up_is_locked) {
    const TempFolder folder;
    const auto lock = CacheLock::take({folder / "cache", "small"}, CacheLock::Kind::kAlone);
    EXPECT_EQ(set_up(set_of("http://x.invalid/", "x"), {.cache = folder / "cache"}, {}).error().code,
              Code::kWrongState);
}

TEST(SetUp, the_plan_counts_what_is_missing_and_refuses_a_small_disk) {
    const TempFolder folder;
    RemoteSet set = set_of("http://x.invalid/", std::string(1000, 'x'));
    RemoteSet closed = set;
    closed.name = "closed";
    closed.account_steps = {"sign in"};
    const SetUpPlan plan = plan_set_up({&set, &closed}, folder / "cache", 101'000);
    EXPECT_EQ(plan.to_fetch, 1000);
    EXPECT_EQ(plan.needed, 101'000);
    EXPECT_EQ(plan.sets[1].state, SetState::kNeedsAccount);
    EXPECT_TRUE(check_space(plan, folder / "cache"));
    const SetUpPlan small = plan_set_up({&set}, folder / "cache", 100'999);
    EXPECT_THAT(check_space(small, "/c").error().message,
                HasSubstr("the disk of '/c' has 101 kB free, 101 kB are needed"));
    write_text(folder / "cache/small/downloads/a.tar.gz", std::string(1000, 'x'));
    EXPECT_EQ(plan_set_up({&set}, folder / "cache", 0).to_fetch, 0) << "it is already fetched";
}

}  // namespace
}  // namespace goetia
