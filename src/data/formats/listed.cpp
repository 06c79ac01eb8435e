#include "data/formats/listed.h"

namespace goetia {

Result<Sample> ListedDataset::sample(std::int64_t index) const {
    if (index < 0 || index >= size()) return invalid("no sample {}, the data set holds 0 to {}", index, size() - 1);
    const ListedFile& file = listing_.files[static_cast<std::size_t>(index)];
    Sample sample;
    sample.index = index;
    sample.name = file.name;
    sample.path = listing_.roots[file.root] / file.name;
    sample.label = file.label;
    return sample;
}

}  // namespace goetia
