// Trimming the cache of compiled plug-ins: bounds, age, locks.
#include "component/plugin_cache.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> stems(const std::vector<CachedPlugin>& plugins) {
    std::vector<std::string> list;
    for (const CachedPlugin& plugin : plugins) list.push_back(plugin.stem);
    return list;
}

TEST(PluginsToRemove, are_those_not_used_for_a_long_time) {
    const std::vector<CachedPlugin> plugins{{"new", 10, 1000}, {"old", 10, 100}, {"used", 10, 50, true}};
    EXPECT_THAT(stems(plugins_to_remove(plugins, {.bytes = 100, .age_seconds = 500}, 1001)), ElementsAre("old"));
    EXPECT_THAT(plugins_to_remove(plugins, {.bytes = 100, .age_seconds = 901}, 1001), IsEmpty()) << "as old as allowed";
}

TEST(PluginsToRemove, are_the_least_recently_used_until_the_rest_fits) {
    const std::vector<CachedPlugin> plugins{{"c", 40, 3}, {"a", 40, 1, true}, {"b", 40, 2}, {"d", 40, 4}};
    const auto with = [&](std::int64_t bytes) {
        return stems(plugins_to_remove(plugins, {.bytes = bytes, .age_seconds = 1e9}, 10));
    };
    EXPECT_THAT(with(160), IsEmpty());
    EXPECT_THAT(with(159), ElementsAre("b")) << "a is in use";
    EXPECT_THAT(with(81), ElementsAre("b", "c"));
    EXPECT_THAT(with(0), ElementsAre("b", "c", "d")) << "what is in use stays, whatever the bound";
}

class PluginCache : public testing::Test {
  protected:
    // A library with its lock and the compiler's output, last used so many days ago.
    fs::path library(const std::string& stem, double days_ago) const {
        for (const char* ending : {".so", ".log", ".lock"}) {
            const fs::path file = folder_.write("plugins/" + stem + ending, std::string(8192, 'x'));
            struct timespec times[2];
            times[0] = times[1] = {.tv_sec = static_cast<time_t>(to_seconds(now_) - days_ago * 86400), .tv_nsec = 0};
            EXPECT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
        }
        return cache_ / (stem + ".so");
    }
    std::vector<std::string> trimmed(const PluginCacheBounds& bounds = {}) const {
        const auto removed = trim_plugin_cache(cache_, bounds, now_);
        EXPECT_TRUE(removed) << to_string(removed.error());
        return removed ? stems(*removed) : std::vector<std::string>{};
    }

    testkit::TemporaryFolder folder_;
    const fs::path cache_ = folder_.path() / "plugins";
    const WallTime now_ = now();
};

TEST_F(PluginCache, is_listed_with_sizes_and_times) {
    EXPECT_THAT(*list_plugin_cache(cache_), IsEmpty()) << "there is no folder yet";
    library("b-1", 2), library("a-2", 1), folder_.write("plugins/notes.txt", "mine");
    const auto list = list_plugin_cache(cache_);
    ASSERT_TRUE(list) << to_string(list.error());
    EXPECT_THAT(stems(*list), ElementsAre("a-2", "b-1"));
    EXPECT_GE(list->front().bytes, 3 * 8192);
    EXPECT_NEAR(list->front().used, to_seconds(now_) - 86400, 1.5);
    EXPECT_FALSE(list->front().in_use);
}

TEST_F(PluginCache, removes_old_plug_ins_with_all_of_their_files) {
    library("old-1", 91), library("new-1", 89), folder_.write("plugins/notes.txt", "mine");
    EXPECT_THAT(trimmed(), ElementsAre("old-1"));
    std::vector<std::string> left;
    for (const auto& entry : fs::directory_iterator(cache_)) left.push_back(entry.path().filename());
    EXPECT_THAT(left, testing::UnorderedElementsAre("new-1.so", "new-1.log", "new-1.lock", "notes.txt"));
}

TEST_F(PluginCache, keeps_what_was_used_recently) {
    const fs::path used = library("used-1", 91);
    library("old-1", 92);
    const pid_t child = ::fork();
    if (child == 0) ::_exit(use_cached_plugin(used) ? 0 : 1);  // its lock is released with it, the timestamp remains
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_FALSE(list_plugin_cache(cache_)->back().in_use);
    EXPECT_THAT(trimmed(), ElementsAre("old-1"));
}

TEST_F(PluginCache, keeps_what_a_process_uses) {
    const fs::path used = library("used-1", 400);
    library("old-1", 400);
    ASSERT_TRUE(use_cached_plugin(used));
    EXPECT_THAT(trimmed({.bytes = 0, .age_seconds = 0}), ElementsAre("old-1"));
    EXPECT_TRUE(fs::exists(used));
}

TEST_F(PluginCache, keeps_what_is_being_compiled) {
    library("busy-1", 400);
    auto lock = lock_plugin(cache_ / "busy-1.lock", [] { FAIL() << "nobody else holds it"; });
    ASSERT_TRUE(lock) << to_string(lock.error());
    EXPECT_FALSE(try_lock_plugin(cache_ / "busy-1.lock")->valid());
    EXPECT_THAT(trimmed({.bytes = 0, .age_seconds = 0}), IsEmpty());
    lock->reset();
    EXPECT_THAT(trimmed({.bytes = 0, .age_seconds = 0}), ElementsAre("busy-1"));
}

TEST_F(PluginCache, a_missing_library_is_not_marked) {
    EXPECT_FALSE(use_cached_plugin(cache_ / "gone.so"));
    const fs::path file = library("lost-1", 1);
    EXPECT_THAT(trimmed({.bytes = 0, .age_seconds = 0}), ElementsAre("lost-1"));
    EXPECT_FALSE(use_cached_plugin(file));
}

TEST(PluginCacheBounds, are_set_by_the_environment) {
    ::unsetenv("GOETIA_PLUGIN_CACHE_MEGABYTES"), ::unsetenv("GOETIA_PLUGIN_CACHE_DAYS");
    EXPECT_EQ(plugin_cache_bounds()->bytes, 1024 << 20);
    EXPECT_EQ(plugin_cache_bounds()->age_seconds, 90 * 86400);
    ::setenv("GOETIA_PLUGIN_CACHE_MEGABYTES", "2", 1), ::setenv("GOETIA_PLUGIN_CACHE_DAYS", "0.5", 1);
    EXPECT_EQ(plugin_cache_bounds()->bytes, 2 << 20);
    EXPECT_EQ(plugin_cache_bounds()->age_seconds, 43200);
    for (const char* bad : {"ten", "-1", "1 week", "nan", "1e99"}) {
        ::setenv("GOETIA_PLUGIN_CACHE_DAYS", bad, 1);
        EXPECT_EQ(
            plugin_cache_bounds().error().message,
            fmt::format(
                "GOETIA_PLUGIN_CACHE_DAYS is '{}'; allowed: a number from 0 to 1000000000; correct it or unset it",
                bad));
    }
    ::unsetenv("GOETIA_PLUGIN_CACHE_MEGABYTES"), ::unsetenv("GOETIA_PLUGIN_CACHE_DAYS");
}

}  // namespace
}  // namespace goetia
