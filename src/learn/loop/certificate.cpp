#include "learn/loop/certificate.h"

#include "base/files.h"
#include "datasets/fingerprint.h"
#include "learn/dist/gather.h"

namespace goetia {
namespace {

Result<Json> own_certificate(const RunData& data) {
    Json certificate = Json::object();
    GOETIA_ASSIGN(certificate["train"], fingerprint(*data.train));
    if (data.validation) {
        GOETIA_ASSIGN(certificate["val"], fingerprint(*data.validation));
    }
    return certificate;
}

// A rank that fails answers too, so that no other waits for it.
std::string certificate_text(const RunData& data) {
    const auto own = own_certificate(data);
    const Json answer = own ? Json{{"data", own.value()}} : Json{{"error", own.error().message}};
    return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Result<Json> agreed_certificate(const std::vector<std::string>& texts) {
    std::vector<Json> answers;
    for (const std::string& text : texts) answers.push_back(Json::parse(text));
    for (std::size_t rank = 0; rank < answers.size(); ++rank) {
        if (!answers[rank].contains("error")) continue;
        const auto error = answers[rank]["error"].get<std::string>();
        return answers.size() == 1 ? failed("{}", error) : failed("rank {}: {}", rank, error);
    }
    for (std::size_t rank = 1; rank < answers.size(); ++rank) {
        if (const auto changed = changed_data(answers[0]["data"], answers[rank]["data"]))
            return make_error(Code::kWrongState,
                              "ranks 0 and {} have different data ({}); every rank must read the same files: "
                              "'goetia dataset certify' on each machine shows which are not",
                              rank, *changed);
    }
    return answers[0]["data"];
}

Result<Json> certificate_of(const RunData& data, Communicator& ranks) {
    // The first rank hashes alone, so that the others on its machine find every file's hash noted.
    const std::vector<std::string> first = gathered(ranks, ranks.is_first() ? certificate_text(data) : std::string());
    if (ranks.world() == 1) return agreed_certificate(first);
    return agreed_certificate(gathered(ranks, ranks.is_first() ? first[0] : certificate_text(data)));
}

Result<Json> noted_certificate(const std::filesystem::path& environment_file) {
    std::error_code code;
    if (!std::filesystem::exists(environment_file, code)) return Json(nullptr);
    GOETIA_ASSIGN(const std::string text, read_file(environment_file));
    const Json environment = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!environment.is_object())
        return invalid(
            "'{}' is no JSON object, so that the data cannot be held against those the run began with; "
            "restore the file, or remove it to go on without that",
            environment_file.native());
    return environment.value("data_fingerprint", Json(nullptr));
}

std::optional<std::string> changed_data(const Json& before, const Json& now) {
    if (!before.is_object() || before == now) return std::nullopt;
    const auto brief = [](const Json& certificate, const std::string& split) {
        const auto found = certificate.find(split);
        return found != certificate.end() && found->is_string() ? found->get<std::string>().substr(0, 12) : "none";
    };
    std::string text;
    for (const std::string split : {"train", "val"}) {
        const std::string was = brief(before, split), is = brief(now, split);
        if (was != is) text += fmt::format("{}{}: {} and {}", text.empty() ? "" : ", ", split, was, is);
    }
    return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace goetia
