// `dataset.split` for every format: divides a set without splits.
#pragma once

#include "datasets/formats/reader.h"

namespace goetia {

// The same format with an additional parameter, `split`.
ReaderRegistry::Entry with_split(ReaderRegistry::Entry entry);

}  // namespace goetia
