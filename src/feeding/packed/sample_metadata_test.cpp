#include <gtest/gtest.h>

#include "feeding/packed/pack.h"

namespace goetia {
namespace {

TEST(SampleMetadata, round_trips_all_fields) {
    Sample sample;
    sample.name = "图/1.jpg", sample.label = 3, sample.subject = "s7", sample.values = {1.5, -2};
    Instance one;
    one.id = 17, one.label = 2, one.box = {1, 2, 30.5F, 40}, one.area = 12.25,
    one.crowd = one.truncated = one.occluded = true;
    one.polygons = {{1, 2, 3, 4, 5, 6}}, one.key_points = {{1, 2, 2}, {0, 0, 0}};
    Instance two;
    two.mask = Rle{4, 5, {1, 2, 17}};
    sample.instances = {one, two};
    Sample back;
    read_sample_metadata(Json::from_cbor(Json::to_cbor(sample_metadata(sample))), back);
    EXPECT_EQ(sample_metadata(back), sample_metadata(sample));
    EXPECT_EQ(back.instances[0].box, one.box);
    EXPECT_EQ(back.instances[0].key_points, one.key_points);
    EXPECT_TRUE(back.instances[0].crowd && back.instances[0].truncated && back.instances[0].occluded);
    EXPECT_FALSE(back.instances[0].difficult);
    EXPECT_EQ(back.instances[1].mask, two.mask);
    EXPECT_EQ(back.subject, "s7");
}

TEST(SampleMetadata, fractional_integers_are_refused) {
    Sample sample;
    sample.name = "a";
    sample.instances.resize(1);
    sample.instances[0].mask = Rle{4, 5, {1, 2, 17}}, sample.instances[0].key_points = {{1, 2, 2}};
    const Json metadata = sample_metadata(sample);
    for (const char* place : {"/label", "/instances/0/l", "/instances/0/n", "/instances/0/f", "/instances/0/m/h",
                              "/instances/0/m/c/1", "/instances/0/k/0/2"}) {
        Json changed = metadata;
        changed[Json::json_pointer(place)] = 7.4e19;
        Sample back;
        EXPECT_THROW(read_sample_metadata(changed, back), Json::exception) << place;
    }
}

}  // namespace
}  // namespace goetia
