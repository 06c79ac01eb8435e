#include "launch/rank_input.h"

#include "base/files.h"

namespace goetia {

// CBOR preserves numbers that JSON cannot express (NaN, infinity) and text in any encoding.
std::string to_text(const RankInput& input) {
    const Json json = {{"document", input.document}, {"from_environment", input.from_environment}};
    std::string text;
    Json::to_cbor(json, text);
    return text;
}

Result<RankInput> rank_input_from_text(std::string_view text) {
    const Json json = Json::from_cbor(text.begin(), text.end(), true, false);
    const bool valid = json.is_object() && json.contains("document") && json["document"].is_object() &&
                       json.contains("from_environment") && json["from_environment"].is_array();
    if (!valid)
        return invalid(
            "standard input must contain the run's resolved document as 'goetia train' gives it to a rank, found {} "
            "bytes "
            "of something else",
            text.size());
    RankInput input{.document = json["document"], .from_environment = {}};
    for (const Json& path : json["from_environment"]) {
        if (path.is_string()) input.from_environment.insert(path.get<std::string>());
    }
    return input;
}

Result<RankInput> read_rank_input() {
    GOETIA_ASSIGN(const std::string text, read_file("/dev/stdin"));
    return rank_input_from_text(text);
}

}  // namespace goetia
