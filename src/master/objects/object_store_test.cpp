#include "master/objects/object_store.h"

#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/random.h"
#include "experiment/folder.h"
#include "master/objects/folders_beneath.h"
#include "testkit/full_disk.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

std::string random_bytes(std::size_t count, std::uint64_t seed) {
    Random random({.seed = seed, .purpose = purpose("object_store_test")});
    std::string bytes(count, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

class ObjectStoreTest : public ::testing::Test {
  protected:
    ObjectStoreTest() : experiment(folder / "experiments" / "e1") { fs::create_directories(experiment); }

    ObjectAnswer put(const std::string& content, std::int64_t offset, std::size_t size,
                     const std::string& owner = "n1") {
        const auto answer = store.put(owner, chunk(content, offset),
                                      std::string_view(content).substr(static_cast<std::size_t>(offset), size));
        EXPECT_TRUE(answer) << to_string(answer.error());
        return answer ? *answer : ObjectAnswer{ObjectOutcome::kRefused, -1};
    }
    static ObjectChunk chunk(const std::string& content, std::int64_t offset) {
        return {.sha256 = sha256_hex(content),
                .bytes = static_cast<std::int64_t>(content.size()),
                .path = "../../x",
                .offset = offset};
    }
    std::string put_all(const std::string& content) {
        EXPECT_EQ(put(content, 0, content.size()).outcome, ObjectOutcome::kWhole);
        return sha256_hex(content);
    }
    [[nodiscard]] std::int64_t disk_bytes() const { return static_cast<std::int64_t>(folder_bytes(folder.path())); }

    testkit::TemporaryFolder folder;
    fs::path experiment;
    ObjectStore store{folder.path(), {.reserve = 0}};
};

TEST_F(ObjectStoreTest, an_object_is_there_only_once_all_of_it_is) {
    const std::string content = random_bytes(1000, 1), hash = sha256_hex(content);
    EXPECT_EQ(put(content, 0, 0).length, 0);  // a question
    EXPECT_EQ(put(content, 0, 400).length, 400);
    EXPECT_FALSE(store.contains(hash));
    EXPECT_EQ(store.open(hash).error().code, Code::kNotFound);
    EXPECT_EQ(store.link(hash, experiment, "a").error().code, Code::kNotFound);
    const ObjectAnswer repeated = put(content, 0, 400);  // changes nothing
    EXPECT_EQ(repeated.outcome, ObjectOutcome::kPart);
    EXPECT_EQ(repeated.length, 400);
    EXPECT_EQ(put(content, 700, 100).length, 400);
    ObjectStore restarted(folder.path(), {.reserve = 0});  // knows what an earlier process took in
    EXPECT_EQ(restarted.put("n1", chunk(content, 400), content.substr(400))->outcome, ObjectOutcome::kWhole);
    EXPECT_TRUE(store.contains(hash));
    EXPECT_EQ(put(content, 0, 10).outcome, ObjectOutcome::kWhole);  // nothing to send again
    ASSERT_TRUE(store.link(hash, experiment, "checkpoints/last.pth"));
    EXPECT_EQ(*read_file(experiment / "checkpoints/last.pth"), content);
    EXPECT_EQ(*store.references(hash), 1);
    ASSERT_TRUE(store.link(hash, experiment, "checkpoints/last.pth"));  // once more
    EXPECT_EQ(*store.references(hash), 1);
    EXPECT_EQ(fs::directory_iterator(experiment / "checkpoints")->path().filename(), "last.pth");
    struct stat info{};
    ASSERT_EQ(::stat((experiment / "checkpoints/last.pth").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0444U);
}

TEST_F(ObjectStoreTest, wrong_bytes_are_refused_and_may_be_sent_again) {
    const std::string content = random_bytes(500, 2);
    std::string wrong = content;
    wrong[77] = static_cast<char>(wrong[77] ^ 1);
    const ObjectChunk asked = chunk(content, 0);
    EXPECT_EQ(store.put("n1", asked, wrong)->outcome, ObjectOutcome::kWrong);
    EXPECT_FALSE(store.contains(asked.sha256));
    EXPECT_EQ(store.put("n1", asked, content)->outcome, ObjectOutcome::kWhole);
    EXPECT_FALSE(store.put("n1", {.sha256 = sha256_hex("x"), .bytes = 3}, "four"));
    for (const std::string& bad :
         {std::string("../../etc/passwd"), std::string(64, 'A'), std::string(63, 'a'), std::string()}) {
        EXPECT_EQ(store.put("n1", {.sha256 = bad, .bytes = 1}, "x").error().code, Code::kInvalid);
        EXPECT_FALSE(store.contains(bad));
        EXPECT_EQ(store.open(bad).error().code, Code::kNotFound);
    }
    EXPECT_FALSE(store.put("../n1", asked, content));
}

TEST_F(ObjectStoreTest, one_node_cannot_spoil_the_upload_of_another) {
    const std::string content = random_bytes(1000, 3), lies(500, 'x');
    EXPECT_EQ(put(content, 0, 400, "n1").length, 400);
    EXPECT_EQ(store.put("n2", chunk(content, 0), lies)->length, 500);
    EXPECT_EQ(put(content, 400, 600, "n1").outcome, ObjectOutcome::kWhole);
    EXPECT_EQ(store.put("n2", chunk(content, 500), std::string(500, 'y'))->outcome,
              ObjectOutcome::kWhole);  // it has it already
    EXPECT_EQ(*read_file(folder / "objects" / sha256_hex(content).substr(0, 2) / sha256_hex(content).substr(2, 2) /
                         sha256_hex(content).substr(4)),
              content);
}

TEST_F(ObjectStoreTest, no_name_and_no_link_leads_out_of_the_folder) {
    const std::string hash = put_all("content");
    folder.write("canary", "intact");
    for (const std::string bad : {"../canary", "a/../../canary", "/canary", "a//b", "a/", ".", "..", "", ".hidden",
                                  "a\\..\\b", "a\nb", "a/b/c/d/e", "%2e%2e/canary", "a/./b"}) {
        const Status linked = store.link(hash, experiment, bad);
        ASSERT_FALSE(linked) << bad;
        EXPECT_EQ(linked.error().code, Code::kInvalid) << bad;
    }
    fs::create_directory_symlink(folder.path(), experiment / "out");
    EXPECT_EQ(store.link(hash, experiment, "out/canary").error().code, Code::kDenied);
    fs::create_symlink(folder / "canary", experiment / "file");
    ASSERT_TRUE(store.link(hash, experiment, "file"));  // replaces the link, not what it names
    EXPECT_EQ(*read_file(experiment / "file"), "content");
    EXPECT_EQ(*read_file(folder / "canary"), "intact");
}

TEST_F(ObjectStoreTest, what_no_folder_holds_can_be_removed_and_its_space_is_free) {
    const std::int64_t before = disk_bytes();
    const std::string kept = put_all(random_bytes(100'000, 4)), gone = put_all(random_bytes(200'000, 5));
    ASSERT_TRUE(store.link(kept, experiment, "kept"));
    ASSERT_TRUE(store.link(gone, experiment, "gone"));
    put(random_bytes(300'000, 6), 0, 100'000);  // half an upload
    EXPECT_EQ(*store.remove_parts(3600), 0);    // it is new
    EXPECT_EQ(*store.remove(gone), 0);          // a folder holds it
    ASSERT_TRUE(store.unlink(experiment, "gone"));
    EXPECT_TRUE(store.contains(gone));
    const std::int64_t full = disk_bytes();
    const std::int64_t freed = *store.remove(gone) + *store.remove_parts(-1);
    EXPECT_GE(freed, 300'000);
    EXPECT_LE(disk_bytes(), full - 300'000);
    EXPECT_FALSE(store.contains(gone));
    EXPECT_TRUE(store.contains(kept));
    EXPECT_EQ(*store.remove(gone), 0);
    fs::remove_all(experiment);
    EXPECT_GE(*store.remove(kept), 100'000);
    EXPECT_LT(disk_bytes(), before + 50'000);  // empty folders
    EXPECT_FALSE(store.remove("../local.token"));
}

TEST_F(ObjectStoreTest, a_full_disk_or_quota_is_an_answer_and_the_upload_goes_on_later) {
    const std::string content = random_bytes(300'000, 7);
    EXPECT_EQ(put(content, 0, 100'000).length, 100'000);
    {
        const testkit::FullDisk full(150'000);
        const ObjectAnswer answer = put(content, 100'000, 200'000);
        EXPECT_EQ(answer.outcome, ObjectOutcome::kFull);
        EXPECT_EQ(answer.length, 100'000);
    }
    EXPECT_EQ(store.put("n1", chunk(content, 100'000), content.substr(100'000), 299'999)->outcome,
              ObjectOutcome::kFull);
    ObjectStore careful(folder.path(), {.reserve = std::int64_t{1} << 60});
    EXPECT_EQ(careful.put("n1", chunk(content, 100'000), content.substr(100'000))->outcome, ObjectOutcome::kFull);
    EXPECT_EQ(put(content, 100'000, 200'000).outcome, ObjectOutcome::kWhole);
}

TEST_F(ObjectStoreTest, many_nodes_may_send_the_same_object_at_once) {
    const std::string content = random_bytes(200'000, 8);
    std::vector<std::thread> nodes;
    for (int n = 0; n < 4; ++n) {
        nodes.emplace_back([&, owner = fmt::format("n{}", n)] {
            ObjectAnswer answer;
            while (answer.outcome != ObjectOutcome::kWhole) answer = put(content, answer.length, 10'000, owner);
        });
    }
    for (std::thread& node : nodes) node.join();
    EXPECT_TRUE(store.contains(sha256_hex(content)));
}

}  // namespace
}  // namespace goetia
