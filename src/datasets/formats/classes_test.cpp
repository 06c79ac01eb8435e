#include "datasets/formats/classes.h"

#include <gmock/gmock.h>

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Classes, a_synset_alone_is_a_class_too) {
    EXPECT_THAT(numbers_by_name({"n01440764 tench", "n02 cat"}),
                ElementsAre(Pair("n01440764", 0), Pair("n01440764 tench", 0), Pair("n02", 1), Pair("n02 cat", 1)));
}

TEST(Classes, another_first_word_is_not_a_class) {
    EXPECT_THAT(numbers_by_name({"traffic light", "traffic sign", "hot dog", "n 1", "nx2 y", "n12x y"}),
                ElementsAre(Pair("hot dog", 2), Pair("n 1", 3), Pair("n12x y", 5), Pair("nx2 y", 4),
                            Pair("traffic light", 0), Pair("traffic sign", 1)));
}

TEST(Classes, a_number_that_is_a_class_of_its_own_stays_that) {
    EXPECT_THAT(numbers_by_name({"n01 tench", "n01"}), ElementsAre(Pair("n01", 1), Pair("n01 tench", 0)));
}

}  // namespace
}  // namespace goetia
