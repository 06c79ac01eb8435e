#include "base/json_path.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace goetia {
namespace {

const Json kDocument = Json::parse(R"({"training": {"epochs": 3, "ema": null}, "roots": ["a", {"b": 1}]})");

TEST(JsonPath, finds_keys_and_list_indices) {
    EXPECT_EQ(*find_at(kDocument, "training.epochs"), 3);
    EXPECT_EQ(*find_at(kDocument, "roots.1.b"), 1);
    EXPECT_EQ(find_at(kDocument, ""), &kDocument);
    EXPECT_TRUE(find_at(kDocument, "training.ema")->is_null());
}

TEST(JsonPath, what_is_not_there_is_not_found) {
    for (const char* path : {"test", "training.epoch", "training.epochs.x", "training.ema.decay", "roots.2", "roots.a",
                             "roots.-1", "roots.1x"})
        EXPECT_EQ(find_at(kDocument, path), nullptr) << path;
    EXPECT_TRUE(section_at(kDocument, "nothing.at.all").is_null());
}

TEST(JsonPath, a_found_value_can_be_changed) {
    Json changed = kDocument;
    *find_at(changed, "roots.1.b") = 7;
    EXPECT_EQ(changed["roots"][1]["b"], 7);
}

TEST(JsonPath, returns_the_value_if_there_is_one) {
    EXPECT_EQ(value_at<std::int64_t>(kDocument, "training.epochs", 9), 3);
    EXPECT_EQ(value_at<std::int64_t>(kDocument, "training.ema", 9), 9);
    EXPECT_EQ(value_at<std::string>(kDocument, "training.device", "cpu"), "cpu");
    EXPECT_EQ(value_at<int>(kDocument, "training.epochs"), 3);
}

TEST(JsonPath, a_value_of_another_type_may_count_as_absent) {
    EXPECT_EQ(value_of_type_at<int>(kDocument, "training.epochs", 9), 3);
    EXPECT_EQ(value_of_type_at<int>(kDocument, "roots.0", 9), 9);
    EXPECT_EQ(value_of_type_at<int>(kDocument, "training.device", 9), 9);
}

TEST(JsonPath, a_missing_required_value_is_named) {
    try {
        static_cast<void>(value_at<int>(kDocument, "training.epoch"));
        ADD_FAILURE() << "no exception was thrown";
    } catch (const std::out_of_range& fault) {
        EXPECT_STREQ(fault.what(), "the document does not say 'training.epoch'");
    }
}

}  // namespace
}  // namespace goetia
