// The matched objects of an evaluation, by image and class: what ranks gather alone and then join, so that the result
// depends neither on how the images were spread over them nor on the order in which they came.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "imaging/truth.h"
#include "metrics/matched.h"

namespace goetia {

class MatchedImages {
  public:
    // The number by which an image is ordered: its data set index, or where that is not known its place among all.
    std::int64_t number_of(const Truth& truth, std::size_t row);
    void add(std::int64_t number, std::int64_t label, Matched matched);
    void clear();

    // All that was added, as numbers; join() takes the place of it.
    [[nodiscard]] std::vector<double> state() const;
    void join(std::span<const std::span<const double>> ranks);

    // In the order of the images. Labels from `classes` on are left out.
    [[nodiscard]] std::vector<Matched> by_class(std::int64_t classes) const;

  private:
    struct Entry {
        std::int64_t number = 0, label = 0;
        Matched matched;
    };
    // Reads the entries of one state, numbered from `offset` on.
    void append(std::span<const double> state, std::int64_t offset);

    std::vector<Entry> entries_;
    std::int64_t unnumbered_ = 0;  // images whose index was not known
};

}  // namespace goetia
