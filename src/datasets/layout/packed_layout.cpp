// What `goetia dataset pack` writes: train.json, which lists train-00000.pack ...
#include "datasets/layout/layout.h"

namespace goetia {

Recognition recognize_packed(const FolderView& view) {
    const std::vector<std::string> packs = view.files("", ".pack");
    if (packs.empty()) return Recognition::refuse("no file train-00000.pack");
    if (!view.has_file("train.json")) return Recognition::refuse("no train.json beside it", {packs[0]});
    return {Json::object(), {"train.json", packs[0]}, {}};
}

}  // namespace goetia
