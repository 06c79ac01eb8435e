#include "fetch/catalogue/catalogue.h"

#include <gmock/gmock.h>

namespace goetia {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Catalogue, the_tier_follows_the_memory_of_the_gpu) {
    EXPECT_EQ(tier_for_memory(std::nullopt), "debug");
    EXPECT_EQ(tier_for_memory(0), "debug");
    EXPECT_EQ(tier_for_memory(6), "debug");
    EXPECT_EQ(tier_for_memory(7.4), "debug");
    EXPECT_EQ(tier_for_memory(7.996), "careful") << "an 8 GB card reports 8188 MiB";
    EXPECT_EQ(tier_for_memory(15.99), "careful");
    EXPECT_EQ(tier_for_memory(16), "careful");
    EXPECT_EQ(tier_for_memory(24), "full");
    EXPECT_EQ(tier_for_memory(139), "full");
}

Json small() {
    return Json::parse(R"({"sets": {"a": {"title": "A", "task": "detection", "unpacked_bytes": 10,
        "files": [{"name": "x.zip", "urls": ["http://h/x.zip"], "bytes": 7, "into": "one"}, {"name": "y.zip", "about_bytes": 5, "into": "two"}],
        "dataset": {"type": "COCO"}}}, "tiers": {"debug": {"sentence": "s", "sets": ["a"], "advice": {"training.batch_size": 4}}}})");
}

TEST(Catalogue, sets_and_tiers_are_read) {
    const Catalogue catalogue = read_catalogue(small()).value();
    const RemoteSet& set = *catalogue.set("a").value();
    EXPECT_EQ(set.download_bytes(), 12);
    EXPECT_EQ(set.files[0].expected.bytes, 7);
    EXPECT_FALSE(set.files[1].expected.bytes);
    EXPECT_EQ(catalogue.tier("debug").value()->sets, std::vector<std::string>{"a"});
    EXPECT_THAT(catalogue.set("b").error().message, HasSubstr("there is no data set 'b'"));
}

TEST(Catalogue, all_faults_are_reported_at_once) {
    Json document = small();
    document["sets"]["a"]["files"][0]["into"] = "../up";
    document["sets"]["a"]["files"][1]["name"] = "d/y.zip";
    document["sets"]["a"]["texts"] = {{"/etc/x", "1"}};
    document["tiers"]["debug"]["sets"] = {"coco"};
    EXPECT_THAT(to_string(read_catalogue(document).error()),
                AllOf(HasSubstr("sets.a.files: 'into' of 'x.zip' has '..' in its name"),
                      HasSubstr("sets.a.files: 'd/y.zip' cannot be a file's name"),
                      HasSubstr("sets.a.texts: '/etc/x' has an absolute name"),
                      HasSubstr("tiers.debug.sets: there is no data set 'coco'")));
    document = small();
    document["sets"]["a"]["files"][1]["into"] = "one";
    EXPECT_THAT(to_string(read_catalogue(document).error()), HasSubstr("'y.zip' needs a folder of its own in 'into'"));
}

}  // namespace
}  // namespace goetia
