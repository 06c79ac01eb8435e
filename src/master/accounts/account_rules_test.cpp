#include "master/accounts/account_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goetia {
namespace {

std::string messages_of(const std::vector<Fault>& faults) {
    std::string all;
    for (const Fault& fault : faults) all += (all.empty() ? "" : "; ") + fault.message;
    return all;
}

std::string of_name(std::string_view name) {
    std::vector<Fault> faults;
    check_user_name(name, faults);
    return messages_of(faults);
}

std::string of_password(std::string_view password) {
    std::vector<Fault> faults;
    check_password(password, faults);
    for (const Fault& fault : faults) EXPECT_EQ(fault.found, "") << "a password is told nobody";
    return messages_of(faults);
}

TEST(AccountRules, NamesHaveFiveDigitsLettersAndUnderscores) {
    for (const char* name : {"anna_1", "12345", "_____", "训练员工号", "张三李四王", "Anna2训"})
        EXPECT_EQ(of_name(name), "") << name;
    EXPECT_EQ(of_name("anna"), "the user name must have at least 5 characters");
    EXPECT_EQ(of_name("训练员"), "the user name must have at least 5 characters") << "characters, not bytes";
    EXPECT_EQ(of_name(std::string(65, 'a')), "the user name must have at most 64 characters");
    for (const char* name : {"anna b", "anna-b", "anna.b", "anna\xC3\xA9", "anna'--", "\xEF\xBD\x81nna_",
                             "anna\xE2\x80\x8B", "ann\xFF_a"}) {
        EXPECT_EQ(of_name(name), "the user name may hold only digits, Chinese and English letters and underscores")
            << name;
    }
}

TEST(AccountRules, PasswordsHaveSixCharactersOfTwoKinds) {
    for (const char* password : {"Passwo", "passw0", "PASSW0", "Pass w0rd!", "密码密码aB"})
        EXPECT_EQ(of_password(password), "") << password;
    EXPECT_EQ(of_password("Ab1de"), "the password must have at least 6 characters");
    for (const char* password : {"password", "PASSWORD", "12345678", "!!!!!!!!", "密码密码密码"}) {
        EXPECT_EQ(of_password(password),
                  "the password must hold at least two of upper case letters, lower case letters and digits")
            << password;
    }
    EXPECT_EQ(of_password(std::string(300, 'a') + "1"), "the password must have at most 256 bytes");
    EXPECT_EQ(of_password(std::string("Passw0rd\0x", 10)), "the password is not a text");
}

TEST(AccountRules, EMailAddressesAreOptional) {
    const auto of_email = [](std::string_view email) {
        std::vector<Fault> faults;
        check_email(email, faults);
        return faults.empty();
    };
    for (const char* email : {"", "a@b.cn", "anna.b+c@sub.example.com"}) EXPECT_TRUE(of_email(email)) << email;
    for (const char* email :
         {"a", "@b.cn", "a@b", "a@@b.cn", "a@.cn", "a b@c.cn", "a@b.cn\r\nBcc: x@y.cn", "<a@b.cn>"}) {
        EXPECT_FALSE(of_email(email)) << email;
    }
}

}  // namespace
}  // namespace goetia
