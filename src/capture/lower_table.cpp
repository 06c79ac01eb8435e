#include "capture/lowering.h"

namespace goetia {

const std::unordered_map<std::string_view, LowerFunction>& lower_table() {
    static const auto table = [] {
        std::unordered_map<std::string_view, LowerFunction> made;
        add_lower_windows(made);
        add_lower_shapes(made);
        add_lower_arithmetic(made);
        add_lower_norms(made);
        return made;
    }();
    return table;
}

}  // namespace goetia
