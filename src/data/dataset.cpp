#include "data/dataset.h"

namespace goetia {

std::string_view split_name(Split split) {
    switch (split) {
        case Split::kTrain: return "train";
        case Split::kVal: return "val";
        case Split::kTest: return "test";
    }
    return "train";
}

}  // namespace goetia
