#include "feeding/samplers/class_values.h"

#include <gmock/gmock.h>

namespace goetia {
namespace {

TEST(ValuesByClass, takes_lists_and_mappings) {
    EXPECT_EQ(values_by_class({1, 2.5}, {"a", "b"}, 1, "x").value(), (std::vector<double>{1, 2.5}));
    EXPECT_EQ(values_by_class({{"b", 3}}, {"a", "b"}, 7, "x").value(), (std::vector<double>{7, 3}));
}

TEST(ValuesByClass, reports_all_faults_at_once) {
    EXPECT_EQ(to_string(values_by_class({{"cta", 3}, {"dog", "much"}}, {"cat", "dog"}, 1, "dataset.x").error()),
              "'dataset.x' does not fit the classes of the data set\n"
              "  dataset.x: the data set has no such class, found 'cta' (allowed: cat, dog); did you mean 'cat'?\n"
              "  dataset.x.dog: a number is needed, found \"much\" (allowed: number, 0 or more)");
}

}  // namespace
}  // namespace goetia
