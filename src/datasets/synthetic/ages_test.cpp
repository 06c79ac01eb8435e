#include "datasets/synthetic/ages.h"

#include <map>
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "base/files.h"
#include "datasets/synthetic/face.h"
#include "imaging/decode/decode.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

struct Row {
    std::string image, subject;
    int age = 0;
};

std::vector<Row> rows_of(const fs::path& table) {
    std::istringstream lines(read_file(table).value());
    std::string line;
    std::getline(lines, line);
    EXPECT_EQ(line, "image,age,subject");
    std::vector<Row> rows;
    while (std::getline(lines, line)) {
        std::istringstream fields(line);
        std::string image, age, subject;
        std::getline(fields, image, ','), std::getline(fields, age, ','), std::getline(fields, subject, ',');
        rows.push_back({image, subject, std::stoi(age)});
    }
    return rows;
}

TEST(Ages, tables_list_every_image_and_no_subject_is_in_both) {
    const TempFolder folder;
    const SplitSizes made = make_ages({.images = 60, .size = 24, .seed = 1}, folder / "a").value();
    const auto train = rows_of(folder / "a" / "train.csv"), val = rows_of(folder / "a" / "val.csv");
    EXPECT_EQ(static_cast<std::int64_t>(train.size()), made.train);
    EXPECT_EQ(static_cast<std::int64_t>(val.size()), made.val);
    EXPECT_EQ(made.train + made.val, 60);
    EXPECT_GT(made.val, 4);
    std::map<std::string, std::vector<int>> lives;
    std::set<std::string> trained;
    for (const Row& row : train) trained.insert(row.subject), lives[row.subject].push_back(row.age);
    for (const Row& row : val) {
        EXPECT_FALSE(trained.contains(row.subject)) << row.subject;
        lives[row.subject].push_back(row.age);
    }
    std::size_t several = 0;
    for (const auto& [subject, ages] : lives) {
        several += ages.size() > 1 ? 1 : 0;
        EXPECT_LE(*std::max_element(ages.begin(), ages.end()) - *std::min_element(ages.begin(), ages.end()), 12);
    }
    EXPECT_GE(several + 1, lives.size()) << "all but the last have several images";
    for (const Row& row : train) EXPECT_TRUE(fs::exists(folder / "a" / "images" / row.image));
}

TEST(Ages, the_same_plan_gives_the_same_bytes_on_any_number_of_threads) {
    const TempFolder folder;
    ASSERT_TRUE(make_ages({.images = 20, .size = 24, .seed = 3, .threads = 1}, folder / "one"));
    ASSERT_TRUE(make_ages({.images = 20, .size = 24, .seed = 3, .threads = 6}, folder / "two"));
    for (const auto& entry : fs::recursive_directory_iterator(folder / "one")) {
        if (!entry.is_regular_file()) continue;
        EXPECT_EQ(read_file(entry.path()).value(),
                  read_file(folder / "two" / entry.path().lexically_relative(folder / "one").native()).value());
    }
}

// Mean brightness of a part of the face; it shows the age of any person.
double mean_of(const Image& image, double left, double top, double right, double bottom) {
    double sum = 0;
    int count = 0;
    for (int y = static_cast<int>(top * image.height); y < bottom * image.height; ++y) {
        for (int x = static_cast<int>(left * image.width); x < right * image.width; ++x) {
            for (int c = 0; c < 3; ++c) sum += image.pixels[3 * (static_cast<std::size_t>(y) * image.width + x) + c];
            count += 3;
        }
    }
    return sum / count;
}

TEST(Ages, hair_greys_and_heads_grow_with_the_years) {
    for (std::uint64_t person = 0; person < 6; ++person) {
        Random whose({.seed = 4, .sample = person});
        const Person one = draw_person(whose);
        const auto at_age = [&](double age) {
            Random day({.seed = 4, .sample = person, .purpose = 1});  // the same day for all
            return draw_face(one, age, 64, day);
        };
        EXPECT_GT(mean_of(at_age(80), 0.42, 0.09, 0.58, 0.14), mean_of(at_age(25), 0.42, 0.09, 0.58, 0.14) + 40)
            << "the crown's hair of person " << person;
        EXPECT_NE(at_age(40).pixels, at_age(44).pixels);
    }
}

TEST(Ages, faults_of_the_plan_are_reported_together) {
    const auto made = make_ages({.images = 5, .size = 8}, "/nowhere");
    ASSERT_FALSE(made);
    EXPECT_THAT(to_string(made.error()),
                testing::AllOf(testing::HasSubstr("images: both splits need subjects with several images, found 5"),
                               testing::HasSubstr("size: out of range, found 8 (allowed: 16 to 4096)")));
}

}  // namespace
}  // namespace goetia
