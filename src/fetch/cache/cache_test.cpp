#include "fetch/cache/cache.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "testkit/images.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace testkit;

void add_set(const fs::path& cache, const std::string& name, std::size_t bytes, double used) {
    write_text(cache / name / "data/a.bin", std::string(bytes, 'x'));
    write_text(cache / name / "manifest.json", R"({"title":"Set )" + name + "\"}");
    fs::last_write_time(cache / name / "manifest.json",
                        fs::file_time_type::clock::now() - std::chrono::seconds(static_cast<int>(used)));
}

std::vector<std::string> names_of(const std::vector<CachedSet>& sets) {
    std::vector<std::string> names;
    for (const CachedSet& set : sets) names.push_back(set.name);
    return names;
}

TEST(Cache, lists_only_cached_sets_with_their_size_on_disk) {
    const TempFolder folder;
    add_set(folder.path(), "a", 100'000, 60);
    write_text(folder / "b/downloads/x.zip.part", std::string(50'000, 'x'));
    write_text(folder / "not ours/notes.txt", "precious");
    const auto sets = list_cache(folder.path()).value();
    ASSERT_THAT(names_of(sets), ElementsAre("a", "b"));
    EXPECT_EQ(sets[0].title, "Set a");
    EXPECT_TRUE(sets[0].ready);
    EXPECT_FALSE(sets[1].ready);
    EXPECT_GE(sets[0].bytes, 100'000);
    EXPECT_LE(sets[0].bytes, 140'000);
    EXPECT_GE(sets[1].downloads, 50'000);
    EXPECT_FALSE(sets[0].in_use);
    EXPECT_NEAR(to_seconds(now()) - sets[0].used, 60, 5);
    EXPECT_TRUE(list_cache(folder / "none").value().empty());
}

TEST(Cache, sparse_files_and_hard_links_count_once_by_their_blocks) {
    const TempFolder folder;
    write_text(folder / "s/one", std::string(100'000, 'x'));
    fs::create_hard_link(folder / "s/one", folder / "s/two");
    write_text(folder / "s/hole", "");
    fs::resize_file(folder / "s/hole", 1 << 30);
    EXPECT_LT(bytes_on_disk(folder / "s"), 200'000);
    EXPECT_EQ(bytes_on_disk(folder / "none"), 0);
}

CachedSet set_of(const std::string& name, std::int64_t bytes, double used, bool in_use = false) {
    return {.name = name, .bytes = bytes, .used = used, .in_use = in_use};
}

TEST(Cache, chooses_what_to_remove_by_age_and_by_size) {
    const std::vector<CachedSet> sets{set_of("old", 10, 100), set_of("new", 10, 900), set_of("middle", 10, 500),
                                      set_of("used", 10, 50, true)};
    EXPECT_THAT(names_of(choose_to_remove(sets, {}, 1000)), ElementsAre("new", "middle", "old"));
    EXPECT_THAT(names_of(choose_to_remove(sets, {.older_seconds = 400}, 1000)), ElementsAre("middle", "old"));
    EXPECT_THAT(names_of(choose_to_remove(sets, {.keep_bytes = 30}, 1000)), ElementsAre("old"))
        << "sets in use count and are kept";
    EXPECT_THAT(names_of(choose_to_remove(sets, {.keep_bytes = 1000}, 1000)), ElementsAre());
    EXPECT_THAT(names_of(choose_to_remove(sets, {.older_seconds = 800, .keep_bytes = 30}, 1000)), ElementsAre("old"));
}

TEST(Cache, removing_frees_all_of_it_and_nothing_else) {
    const TempFolder folder;
    add_set(folder.path(), "a", 1000, 0);
    add_set(folder.path(), "b", 1000, 0);
    ASSERT_TRUE(remove_cached(folder.path(), "a"));
    EXPECT_FALSE(fs::exists(folder / "a"));
    EXPECT_THAT(names_of(list_cache(folder.path()).value()), ElementsAre("b"));
}

TEST(Cache, a_set_in_use_is_known_and_not_removed) {
    const TempFolder folder;
    add_set(folder.path(), "a", 1000, 3600);
    ASSERT_THAT(names_of(list_cache(folder.path()).value()), ElementsAre("a"));
    {
        const auto lock = use_cached(folder / "a/data/sub").value();
        ASSERT_TRUE(lock);
        const auto more = use_cached(folder / "a/data");
        EXPECT_TRUE(more.value()) << "many may read it";
        const auto listed = list_cache(folder.path()).value();
        EXPECT_TRUE(listed[0].in_use);
        EXPECT_NEAR(to_seconds(now()) - listed[0].used, 0, 5) << "it counts as used now";
        const Status removed = remove_cached(folder.path(), "a");
        ASSERT_FALSE(removed);
        EXPECT_EQ(removed.error().code, Code::kWrongState);
        EXPECT_THAT(removed.error().message, HasSubstr("data set 'a' in"));
        EXPECT_TRUE(fs::exists(folder / "a/data/a.bin"));
    }
    EXPECT_TRUE(remove_cached(folder.path(), "a"));
}

TEST(Cache, every_root_of_a_configuration_is_held) {
    const TempFolder folder;
    add_set(folder.path(), "a", 10, 0);
    add_set(folder.path(), "b", 10, 0);
    ASSERT_EQ(list_cache(folder.path()).value().size(), 2U);
    const auto locks =
        use_cached_roots({{"type", "Multi"},
                          {"data_root", (folder / "a/data").native()},
                          {"sources", {{{"data_roots", {(folder / "b/data/x").native(), "/elsewhere"}}}}}})
            .value();
    EXPECT_EQ(locks.size(), 2U);
    const std::vector<CachedSet> sets = list_cache(folder.path()).value();
    for (const CachedSet& set : sets) EXPECT_TRUE(set.in_use) << set.name;
    EXPECT_TRUE(use_cached_roots(Json()).value().empty());
}

TEST(Cache, other_folders_are_used_without_a_lock) {
    const TempFolder folder;
    fs::create_directories(folder / "mine/data");
    EXPECT_FALSE(use_cached(folder / "mine/data").value());
    EXPECT_FALSE(use_cached("/").value());
}

TEST(Cache, free_space_is_known_for_a_folder_that_does_not_exist_yet) {
    const TempFolder folder;
    EXPECT_GT(free_bytes(folder / "a/b/c").value(), 0);
}

}  // namespace
}  // namespace goetia
