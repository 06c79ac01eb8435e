// To look at what is in a data set of the master.
#include <algorithm>

#include "base/json.h"
#include "master/data_sets/data_sets.h"

namespace goetia {
namespace fs = std::filesystem;

namespace {

Error lies_on_node(Code code, const DataSetRow& row) {
    return make_error(code, "data set '{}' lies on a node, and its images are not here", row.name);
}

}  // namespace

MayShow DataSets::shown_files() const {
    return [roots = options_.roots](const fs::path& file) {
        std::error_code code;
        const fs::path real = fs::canonical(file, code);
        return !code && std::ranges::any_of(roots, [&](const fs::path& root) {
            const fs::path inside = real.lexically_relative(root);
            return !inside.empty() && *inside.begin() != "..";
        });
    };
}

Result<std::shared_ptr<const OpenedSet>> DataSets::opened(const std::string& id) {
    GOETIA_ASSIGN(const DataSetRow row, find(id));
    if (!row.node.empty()) return lies_on_node(Code::kNotFound, row);
    return opened_.open(row.id + " " + row.path + " " + row.format, place_of(row));
}

Result<Json> DataSets::samples(const std::string& id, const SamplesAsked& asked) {
    GOETIA_ASSIGN(const auto set, opened(id));
    return samples_json(*set, asked, shown_files());
}

Result<std::string> DataSets::picture(const std::string& id, const PictureAsked& asked) {
    GOETIA_ASSIGN(const auto set, opened(id));
    return sample_picture(*set, asked, shown_files());
}

Result<Json> DataSets::augmented(const std::string& id, const AugmentedAsked& asked) {
    GOETIA_ASSIGN(const DataSetRow row, find(id));
    if (!row.node.empty()) return lies_on_node(Code::kWrongState, row);
    GOETIA_ASSIGN(const auto set, opened(id));
    return augmented_samples(*set, asked, shown_files(), stop_);
}

Result<Json> DataSets::look(const std::string& path, const std::string& format) {
    DataSetRow row{.path = path, .format = format};
    if (!row.format.empty()) {
        GOETIA_ASSIGN(row.format, data_set_format(row.format));
    }
    GOETIA_ASSIGN(const fs::path real, place_here(path));
    row.path = real.native();
    GOETIA_ASSIGN(Json facts, data_set_facts(place_of(row)));
    Json told = {{"path", row.path}, {"format", facts["section"].value("type", row.format)}};
    facts.erase("section");
    told["facts"] = std::move(facts);
    return told;
}

}  // namespace goetia
