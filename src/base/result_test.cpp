#include "base/result.h"

#include <cerrno>
#include <memory>

#include <gtest/gtest.h>

namespace goetia {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return invalid("'{}' is odd, an even number is needed", number);
    return number / 2;
}

Result<int> quarter(int number) {
    GOETIA_ASSIGN(const int first, half(number));
    GOETIA_ASSIGN(const int second, half(first));
    return second;
}

Status check_even(int number) {
    GOETIA_TRY(half(number));
    return {};
}

TEST(Result, passes_values_and_errors_through) {
    ASSERT_TRUE(quarter(12));
    EXPECT_EQ(*quarter(12), 3);
    ASSERT_FALSE(quarter(6));
    EXPECT_EQ(quarter(6).error().message, "'3' is odd, an even number is needed");
    EXPECT_EQ(quarter(6).error().code, Code::kInvalid);
    EXPECT_TRUE(check_even(2));
    EXPECT_EQ(check_even(5).error().message, "'5' is odd, an even number is needed");
}

TEST(Result, holds_move_only_types) {
    Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
    const std::unique_ptr<int> taken = std::move(result).value();
    EXPECT_EQ(*taken, 7);
}

TEST(Error, lists_every_fault_below_its_message) {
    Error error = invalid("'{}' has {} faults", "experiment.yaml", 2);
    error.faults.push_back({.path = "training.batch_size",
                            .file = "experiment.yaml",
                            .line = 12,
                            .message = "out of range",
                            .found = "4096",
                            .allowed = "1 to 1024"});
    error.faults.push_back({.path = "modle", .message = "unknown key", .nearest = "model"});
    EXPECT_EQ(to_string(error),
              "'experiment.yaml' has 2 faults\n"
              "  experiment.yaml:12: training.batch_size: out of range, found 4096 (allowed: 1 to 1024)\n"
              "  modle: unknown key; did you mean 'model'?");
}

TEST(Error, a_file_without_a_line_is_named_alone) {
    EXPECT_EQ(to_string(Fault{.file = "a.yaml", .message = "is empty"}), "a.yaml: is empty");
}

TEST(Error, within_says_where_once_and_keeps_the_code) {
    const Error error = not_found("no transform 'Rezise'").within("augmentation.train[1]");
    EXPECT_EQ(error.message, "augmentation.train[1]: no transform 'Rezise'");
    EXPECT_EQ(error.code, Code::kNotFound);
}

TEST(Error, errno_values_become_neutral_codes) {
    EXPECT_EQ(os_error("open", "x", ENOENT).message, "cannot open 'x': No such file or directory");
    EXPECT_EQ(os_error("open", "x", ENOENT).code, Code::kNotFound);
    EXPECT_EQ(os_error("write", "x", EACCES).code, Code::kDenied);
    EXPECT_EQ(os_error("write", "x", EROFS).code, Code::kDenied);
    EXPECT_EQ(os_error("write", "x", ENOSPC).code, Code::kFailed);
    EXPECT_EQ(os_error("write", "x", ENOSPC).message, "cannot write 'x': No space left on device");
}

TEST(Error, every_code_has_a_name_of_its_own) {
    EXPECT_EQ(code_name(Code::kFailed), "failed");
    EXPECT_EQ(code_name(Code::kInvalid), "invalid");
    EXPECT_EQ(code_name(Code::kNotFound), "not_found");
    EXPECT_EQ(code_name(Code::kDenied), "denied");
    EXPECT_EQ(code_name(Code::kUnavailable), "unavailable");
    EXPECT_EQ(code_name(Code::kWrongState), "wrong_state");
    EXPECT_EQ(code_name(Code::kUnsupported), "unsupported");
    EXPECT_EQ(code_name(Code::kCancelled), "cancelled");
}

}  // namespace
}  // namespace goetia
