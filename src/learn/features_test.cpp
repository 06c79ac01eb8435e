#include "learn/features.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "config/experiment_schema.h"

namespace goetia {
namespace {

TEST(Features, are_sections_that_a_configuration_can_enable) {
    const std::vector<std::string>& known = feature_names();
    for (const std::string& feature : available_features()) {
        EXPECT_NE(std::find(known.begin(), known.end(), feature), known.end())
            << "no section is called '" << feature << "'";
    }
}

}  // namespace
}  // namespace goetia
