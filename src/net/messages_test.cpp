#include "net/messages.h"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace goetia {
namespace {

std::vector<std::string> value_names(std::string_view pattern) {
    std::vector<std::string> names;
    while (pattern.find('{') != std::string_view::npos) {
        pattern.remove_prefix(pattern.find('{') + 1);
        names.emplace_back(pattern.substr(0, pattern.find('}')));
    }
    std::sort(names.begin(), names.end());
    return names;
}

TEST(Messages, SayTheSameInBothLanguages) {
    std::set<std::string_view> keys, english;
    for (const MessageTexts& texts : kMessages) {
        EXPECT_EQ(value_names(texts.english), value_names(texts.chinese)) << texts.key;
        EXPECT_TRUE(keys.insert(texts.key).second) << texts.key;
        EXPECT_TRUE(english.insert(texts.english).second) << "two keys for '" << texts.english << "'";
        EXPECT_FALSE(texts.chinese.empty()) << texts.key;
    }
}

// Otherwise a message would be taken for another one.
TEST(Messages, AreFoundAgainFromTheirEnglishText) {
    for (const MessageTexts& texts : kMessages) {
        if (texts.key.starts_with("allowed.")) continue;
        EXPECT_EQ(find_message(texts.english, false).key, texts.key) << texts.english;
    }
}

TEST(Messages, AreSaidWithTheirValues) {
    const std::string english = message_text("account.name_long", {{"most", "60"}});
    EXPECT_EQ(english, "the user name must have at most 60 characters");
    const FoundMessage found = find_message(english, true);
    EXPECT_EQ(found.key, "account.name_long");
    EXPECT_EQ(found.text, "字符长度不能大于60");
    EXPECT_EQ(find_message("there is no task 'it's'", true).text, "没有任务“it's”");
    EXPECT_EQ(find_message("'x' has no parameter 'a' has no parameter 'b'", true).key, "value.unknown");
    EXPECT_EQ(find_message("what nobody has said", true).key, "");
    EXPECT_EQ(find_message("what nobody has said", true).text, "what nobody has said");
}

TEST(Messages, SayWhatIsAllowed) {
    EXPECT_EQ(allowed_in_chinese("a whole number, at least 1, or null"), "整数, 不小于 1, 或 null");
    EXPECT_EQ(allowed_in_chinese("a text, one of pause, resume"), "文本, 可选 pause, resume");
    EXPECT_EQ(allowed_in_chinese("a number, above 0 up to 1"), "数, 大于 0 且不超过 1");
    EXPECT_EQ(allowed_in_chinese("a number, 0 to 1"), "数, 0 到 1");
    EXPECT_EQ(allowed_in_chinese(message_text("account.name_rule")),
              "字符长度不能小于5，用户名只能使用数字,中英文字母或下划线");
    EXPECT_EQ(allowed_in_chinese("the hash of what was sent"), "the hash of what was sent");
}

// Original 002 has these word for word.
TEST(Messages, KeepTheWordsOfTheAccountRules) {
    EXPECT_EQ(MessageKey("account.name_rule").texts().chinese,
              "字符长度不能小于5，用户名只能使用数字,中英文字母或下划线");
    EXPECT_EQ(MessageKey("account.password_rule").texts().chinese,
              "字符长度不能小于6，密码至少包括大小写字母、数字中的两种");
    EXPECT_EQ(MessageKey("dataset.path_wrong").texts().chinese, "校验数据集路径失败：路径有误");
}

}  // namespace
}  // namespace goetia
