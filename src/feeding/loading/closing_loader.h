// Another way of preparing the same samples for the last epochs of a run, such as one without mosaics.
#pragma once

#include <cstdint>
#include <memory>

namespace goetia {

class Loader;

// `before` gives the epochs up to number `from` (counted from 0), `closing` those from there on. Both are of one data
// set, order and batch size, so an epoch has equally many batches either way.
std::unique_ptr<Loader> make_closing_loader(std::unique_ptr<Loader> before, std::unique_ptr<Loader> closing,
                                            std::uint64_t from);

}  // namespace goetia
