#include "launch/rank_input.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace goetia {
namespace {

TEST(RankInput, a_document_is_read_back_unchanged) {
    const double infinite = std::numeric_limits<double>::infinity();
    const RankInput input{.document = {{"z", 1},
                                       {"a", {-5, 0.1, 1.0, 1e300, true, nullptr, "text ${not.a.reference}"}},
                                       {"most", infinite},
                                       {"key", "\xff\x00 no letters"}},
                          .from_environment = {"key", "a[6]"}};
    const RankInput back = rank_input_from_text(to_text(input)).value();
    EXPECT_EQ(back.document, input.document);
    EXPECT_EQ(back.document.begin().key(), "z") << "in its order";
    EXPECT_TRUE(back.document["a"][2].is_number_float());
    EXPECT_EQ(back.document["most"].get<double>(), infinite);
    EXPECT_EQ(back.from_environment, input.from_environment);
    const RankInput none{.document = {{"loss", std::nan("")}}, .from_environment = {}};
    EXPECT_TRUE(std::isnan(rank_input_from_text(to_text(none))->document["loss"].get<double>()));
}

TEST(RankInput, anything_else_is_refused) {
    for (const std::string& text : {std::string(), std::string("training:\n  epochs: 3\n"),
                                    to_text({.document = "text", .from_environment = {}})}) {
        const auto input = rank_input_from_text(text);
        ASSERT_FALSE(input.ok());
        EXPECT_EQ(input.error().message,
                  fmt::format("standard input must contain the run's resolved document as 'goetia train' gives it to a "
                              "rank, found {} bytes of something else",
                              text.size()));
    }
}

}  // namespace
}  // namespace goetia
