// `dataset.split` for every format: a set that gives no splits of its own is divided as the section says.
#pragma once

#include "datasets/formats/reader.h"

namespace goetia {

// The same format with one more parameter, `split`.
ReaderRegistry::Entry with_split(ReaderRegistry::Entry entry);

}  // namespace goetia
