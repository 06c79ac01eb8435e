#include "net/problem.h"

#include <array>
#include <charconv>

#include "base/error_json.h"
#include "base/json.h"
#include "base/json_text.h"
#include "net/messages.h"

namespace goetia {
namespace {

struct ProblemInfo {
    Code code;
    int status;
    MessageKey title;
};

constexpr std::array<ProblemInfo, 8> kProblems{{{Code::kFailed, 500, "problem.failed"},
                                                {Code::kInvalid, 422, "problem.invalid"},
                                                {Code::kNotFound, 404, "problem.not_found"},
                                                {Code::kDenied, 403, "problem.denied"},
                                                {Code::kUnavailable, 503, "problem.unavailable"},
                                                {Code::kWrongState, 409, "problem.wrong_state"},
                                                {Code::kUnsupported, 501, "problem.unsupported"},
                                                {Code::kCancelled, 503, "problem.cancelled"}}};

const ProblemInfo& problem_info(Code code) {
    for (const ProblemInfo& info : kProblems) {
        if (info.code == code) return info;
    }
    return kProblems[0];
}

// The weight of a language: "zh-CN,zh;q=0.9,en;q=0.8". 0 when it is not named.
double language_weight(std::string_view accepted, std::string_view language) {
    double best = 0;
    while (!accepted.empty()) {
        std::string_view one = accepted.substr(0, accepted.find(','));
        accepted.remove_prefix(std::min(accepted.size(), one.size() + 1));
        while (one.starts_with(' ')) one.remove_prefix(1);
        const std::string_view name = one.substr(0, std::min(language.size(), one.size()));
        if (!same_word(name, language)) continue;
        double weight = 1;
        if (const std::size_t mark = one.find("q="); mark != std::string_view::npos) {
            const std::string_view number = one.substr(mark + 2);
            std::from_chars(number.data(), number.data() + number.size(), weight);
        }
        best = std::max(best, weight);
    }
    return best;
}

bool tells_inside(Code code) { return code == Code::kFailed || code == Code::kCancelled; }

}  // namespace

int http_status(Code code) { return problem_info(code).status; }

bool prefers_chinese(const HttpRequest& request) {
    const std::string accepted = request.headers.value("Accept-Language");
    return language_weight(accepted, "zh") > language_weight(accepted, "en");
}

HttpResponse problem_response(const Error& error, const HttpRequest& request, const std::string& request_id,
                              int status) {
    const ProblemInfo& info = problem_info(error.code);
    const bool chinese = prefers_chinese(request);
    const bool has_changed = !error.faults.empty() && error.faults[0].path == "If-Match";
    if (status == 0) status = has_changed ? 412 : info.status;
    Json faults = Json::array();
    for (const Fault& fault : error.faults) {
        FoundMessage said = find_message(fault.message, chinese);
        faults.push_back({{"code", said.key},
                          {"path", fault.path},
                          {"message", std::move(said.text)},
                          {"found", fault.found},
                          {"allowed", chinese ? allowed_in_chinese(fault.allowed) : fault.allowed},
                          {"nearest", fault.nearest}});
    }
    const std::string english =
        tells_inside(error.code) ? message_text("request.inside", {{"request", request_id}}) : error.message;
    FoundMessage detail = find_message(english, chinese);
    const MessageTexts& title = info.title.texts();
    HttpResponse response = json_response({{"type", "about:blank"},
                                           {"code", code_name(error.code)},
                                           {"title", chinese ? title.chinese : title.english},
                                           {"status", status},
                                           {"detail", std::move(detail.text)},
                                           {"reason", detail.key},
                                           {"faults", std::move(faults)},
                                           {"request", request_id}},
                                          status);
    response.headers.set("Content-Type", "application/problem+json");
    response.headers.set("Content-Language", chinese ? "zh-CN" : "en");
    if (response.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
    return response;
}

Error error_from_problem(const HttpResponse& response) {
    const Result<Json> body = parse_json(response.body, "the answer");
    if (!body || !body->is_object() || !body->contains("code")) {
        const Code code = response.status == 404   ? Code::kNotFound
                          : response.status >= 500 ? Code::kUnavailable
                                                   : Code::kInvalid;
        return make_error(code, "the server answers {} {}", response.status, status_text(response.status));
    }
    const Json form = {{"error",
                        {{"code", body->value("code", "failed")},
                         {"message", body->value("detail", "")},
                         {"faults", body->value("faults", Json::array())}}}};
    return error_from_json(form).value_or(failed("the server answers {}", response.status));
}

HttpResponse json_response(const Json& document, int status) {
    HttpResponse response{.status = status, .body = json_text(document)};
    response.headers.set("Content-Type", "application/json");
    return response;
}

}  // namespace goetia
