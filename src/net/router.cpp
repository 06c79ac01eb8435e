#include "net/router.h"

#include <algorithm>

#include "base/clock.h"
#include "base/json.h"
#include "base/json_text.h"
#include "net/field_values.h"
#include "net/problem.h"
#include "net/tls.h"

namespace goetia {
namespace {

constexpr std::size_t kLongestQueue = 4096;

std::vector<std::string_view> parts_of(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        parts.push_back(path.substr(0, path.find('/')));
        path.remove_prefix(parts.back().size());
    }
    return parts;
}

bool is_parameter(std::string_view part) { return part.starts_with('{'); }

// "/api/v1/tasks" is "/api/tasks".
std::vector<std::string_view> request_parts(std::string_view path) {
    std::vector<std::string_view> parts = parts_of(path);
    if (parts.size() > 2 && parts[0] == "api" && parts[1] == "v1") parts.erase(parts.begin() + 1);
    return parts;
}

// Describes as a text every parameter of the path that the route does not describe.
Schema complete_path_schema(const Route::Description& route) {
    Schema schema = route.path_schema;
    for (const std::string_view part : parts_of(route.path)) {
        if (!is_parameter(part)) continue;
        const std::string name(part.substr(1, part.size() - 2));
        if (!schema.find(name)) schema = std::move(schema).with(text(name, "Which one"));
    }
    return schema;
}

bool has_function(const Route::Description& route) {
    return route.function || route.work || route.stream_work || route.open;
}

std::string host_name(std::string_view host) {
    if (host.starts_with('[')) return std::string(host.substr(1, host.find(']') - 1));
    return std::string(host.substr(0, host.find(':')));
}

bool is_json(const HttpRequest& request) {
    const std::string type = request.headers.value("Content-Type");
    return same_word(std::string_view(type).substr(0, type.find(';')), "application/json");
}

}  // namespace

Router::Router(std::vector<Route> routes, RouterOptions options)
    : routes_(std::move(routes)),
      options_(std::move(options)),
      run_(random_secret().substr(0, 8)),
      pool_(options_.threads, kLongestQueue) {
    for (const Route& route : routes_) {
        const Route::Description& described = route.described();
        const std::vector<std::string_view> parts = parts_of(described.path);
        entries_.push_back({{parts.begin(), parts.end()}, complete_path_schema(described), &described});
        if (!parts.empty()) first_words_.emplace(parts.front());
    }
}

Result<std::shared_ptr<Router>> Router::create(std::vector<Route> routes, RouterOptions options) {
    std::set<std::string> known;
    for (const Route& route : routes) {
        const Route::Description& described = route.described();
        const std::string name = described.method + " " + described.path;
        if (!known.insert(name).second) return invalid("the route '{}' is listed twice", name);
        if (!has_function(described)) return invalid("the route '{}' has no function", name);
        if (described.permission.name.empty()) return invalid("the route '{}' has no permission", name);
    }
    return std::shared_ptr<Router>(new Router(std::move(routes), std::move(options)));
}

Result<Router::Match> Router::match(const HttpRequest& head) const {
    const std::vector<std::string_view> parts = request_parts(head.path());
    const std::string method = head.method == "HEAD" ? "GET" : head.method;
    Match best;
    std::size_t fewest_parameters = SIZE_MAX;
    for (const Entry& entry : entries_) {
        const std::vector<std::string>& pattern = entry.pattern;
        if (pattern.size() != parts.size()) continue;
        Match found{.entry = &entry};
        bool fits = true;
        for (std::size_t i = 0; i < parts.size() && fits; ++i) {
            fits = is_parameter(pattern[i]) ? !parts[i].empty() : pattern[i] == parts[i];
            if (!fits || !is_parameter(pattern[i])) continue;
            const auto value = percent_decoded(parts[i]);
            if (!value) return invalid("the path has an escape that is not '%' and two hexadecimal digits");
            found.parts.emplace_back(pattern[i].substr(1, pattern[i].size() - 2), *value);
        }
        if (!fits || found.parts.size() > fewest_parameters) continue;  // "/tasks/new" goes before "/tasks/{id}"
        if (entry.route->method != method) {
            best.allowed += (best.allowed.empty() ? "" : ", ") + entry.route->method;
            continue;
        }
        fewest_parameters = found.parts.size();
        found.allowed = best.allowed;
        best = std::move(found);
    }
    return best;
}

// A page of another origin may neither use a name that leads to this machine nor the cookies of its reader.
Status Router::check_origin(const HttpRequest& head, int& status) const {
    const std::string host = head.headers.value("Host");
    status = 421;
    if (options_.loopback_only && !is_loopback(host_name(host))) {
        return make_error(Code::kDenied, "this server answers for this machine only, not for '{}'", host);
    }
    status = 403;
    const std::string* origin = head.headers.find("Origin");
    if (!origin) return {};
    const std::string own = (head.secure ? "https://" : "http://") + host;
    if (*origin != own) return make_error(Code::kDenied, "requests from pages of '{}' are not taken", *origin);
    return {};
}

// What a route does not take stays the routes' beneath their first words, so that a page never stands for an answer of
// the API.
std::optional<HttpResponse> Router::unclaimed_answer(const HttpRequest& head, const std::string& request_id) const {
    const std::vector<std::string_view> parts = parts_of(head.path());
    if (!options_.unclaimed || (!parts.empty() && first_words_.contains(parts.front()))) return std::nullopt;
    std::optional<HttpResponse> response = options_.unclaimed(head);
    if (response) response->headers.set("X-Request-Id", request_id);
    return response;
}

Reception Router::receive(const HttpRequest& head) {
    RouteCall call{.request = head, .request_id = run_ + "-" + std::to_string(++number_)};
    std::string route = "none /";
    const double begun = steady_seconds();
    Reception reception = answer_to(head, call, route);
    if (!options_.figures) return reception;
    const auto count = [figures = options_.figures, route, begun](int status) {
        figures->add(route, status, steady_seconds() - begun);
    };
    if (reception.refusal) count(reception.refusal->status);
    if (reception.open) count(101);
    if (!reception.handle) return reception;
    reception.handle = [count, handle = std::move(reception.handle)](HttpRequest request, Responder respond) {
        handle(std::move(request), Responder([count, respond = std::move(respond)](HttpResponse response) {
                   count(response.status);
                   respond(std::move(response));
               }));
    };
    return reception;
}

Reception Router::answer_to(const HttpRequest& head, RouteCall& call, std::string& route_name) {
    const auto refuse = [&](const Error& error, int status = 0) {
        return Reception{.refusal = problem_response(error, head, call.request_id, status)};
    };
    int status = 0;
    if (const Status origin = check_origin(head, status); !origin) return refuse(origin.error(), status);
    const Result<Match> found = match(head);
    if (!found) return refuse(found.error(), 400);
    if (!found->entry) {
        if (std::optional<HttpResponse> response = unclaimed_answer(head, call.request_id)) {
            route_name = kUnclaimed;
            return Reception{.refusal = std::move(response)};
        }
        if (found->allowed.empty()) return refuse(not_found("there is no '{}' here", head.path()));
        Reception reception =
            refuse(invalid("'{}' is not possible here (allowed: {})", head.method, found->allowed), 405);
        reception.refusal->headers.set("Allow", found->allowed);
        return reception;
    }
    const Route::Description& route = *found->entry->route;
    route_name = route.method + " " + route.path;
    if (route.permission != kForEverybody) {
        Admission admission = options_.guard(head, route.permission);
        if (!admission.caller) {
            const Code code = admission.status == 404 ? Code::kNotFound : Code::kDenied;
            return refuse(make_error(code, "{}", admission.sentence), admission.status);
        }
        call.caller = std::move(*admission.caller);
    }
    std::vector<Fault> faults;
    const Schema& path_schema = found->entry->path_schema;
    const auto query = query_pairs(head.query());
    if (!query) return refuse(query.error(), 400);
    const Json path_fields = typed_fields(path_schema, found->parts, "path", faults);
    const Json query_fields = typed_fields(route.query_schema, *query, "query", faults);
    for (Fault& fault : path_schema.check(path_fields, "path")) faults.push_back(std::move(fault));
    for (Fault& fault : route.query_schema.check(query_fields, "query")) faults.push_back(std::move(fault));
    if (faults.empty()) {
        call.path = std::make_shared<const Json>(path_schema.complete(path_fields));
        call.query = std::make_shared<const Json>(route.query_schema.complete(query_fields));
    }
    Reception reception;
    if (faults.empty() || (route.body && !route.sink)) {
        reception = accept(head, std::move(call), route, std::move(faults));
    } else {
        reception = refuse({Code::kInvalid, "the request has faults", std::move(faults)});
    }
    return reception;
}

Reception Router::accept(const HttpRequest& head, RouteCall call, const Route::Description& route,
                         std::vector<Fault> faults) {
    Reception reception{.body_limit = route.body_limit};
    if (route.open) {
        if (!same_word(head.headers.value("Upgrade"), "websocket")) {
            return {.refusal = problem_response(invalid("this is a WebSocket; ask for an upgrade"), head,
                                                call.request_id, 400)};
        }
        reception.open = [call = std::move(call), &route](HttpRequest, const std::shared_ptr<WebSocket>& socket) {
            route.open(call, socket);
            if (!call.caller.standing) return;
            call.caller.standing->hold(socket, [weak = std::weak_ptr(socket)] {
                if (const auto open = weak.lock()) open->close(1008, "what you came with is no longer valid");
            });
        };
        return reception;
    }
    if (route.sink) {
        Result<std::shared_ptr<BodySink>> sink = route.sink(call);
        if (!sink) return {.refusal = problem_response(sink.error(), head, call.request_id)};
        reception.sink = std::move(*sink);
    }
    if (!route.body && route.bytes_taken.empty()) reception.body_limit = 0;
    reception.handle = [this, call = std::move(call), &route, sink = reception.sink, faults = std::move(faults)](
                           HttpRequest request, Responder respond) mutable {
        call.request = std::move(request);
        handle(std::move(call), route, std::move(sink), std::move(faults), std::move(respond));
    };
    return reception;
}

void Router::handle(RouteCall call, const Route::Description& route, std::shared_ptr<BodySink> sink,
                    std::vector<Fault> faults, Responder respond) {
    const auto refuse = [&](const Error& error, int status = 0) {
        respond(problem_response(error, call.request, call.request_id, status));
    };
    call.body = std::make_shared<const Json>();
    if (call.caller.standing && call.caller.standing->has_ended()) {
        return refuse(make_error(Code::kDenied, "what you came with is no longer valid"), 401);
    }
    if (route.body) {
        // Forms and plain texts are what pages of other origins can send without asking.
        if (!is_json(call.request)) return refuse(invalid("the body is not 'application/json'"), 415);
        const Result<Json> body = parse_json(call.request.body, "the body");
        if (!body) return refuse(body.error(), 400);
        for (Fault& fault : route.body->check(*body, "")) faults.push_back(std::move(fault));
        if (faults.empty()) call.body = std::make_shared<const Json>(route.body->complete(*body));
    }
    if (!faults.empty()) return refuse({Code::kInvalid, "the request has faults", std::move(faults)});
    run(std::make_shared<const RouteCall>(std::move(call)), route, std::move(sink), respond);
}

void Router::run(const std::shared_ptr<const RouteCall>& call, const Route::Description& route,
                 std::shared_ptr<BodySink> sink, const Responder& respond) {
    if (route.function) {
        return route.function(
            *call, [this, call, respond](Result<HttpResponse> result) { respond(finished(*call, std::move(result))); });
    }
    const bool taken = pool_.submit([this, call, &route, sink = std::move(sink), respond] {
        respond(finished(*call, route.work ? route.work(*call) : route.stream_work(*call, sink)));
    });
    if (!taken) {
        HttpResponse busy = problem_response(make_error(Code::kUnavailable, "too much waits already; try again later"),
                                             call->request, call->request_id);
        busy.headers.set("Retry-After", "1");
        respond(std::move(busy));
    }
}

HttpResponse Router::finished(const RouteCall& call, Result<HttpResponse> result) const {
    if (!result) {
        if (options_.log && http_status(result.error().code) >= 500) {
            options_.log(call.request_id + " " + call.request.method + " " + std::string(call.request.path()) + ": " +
                         to_string(result.error()));
        }
        return problem_response(result.error(), call.request, call.request_id);
    }
    result->headers.set("X-Request-Id", call.request_id);
    result->headers.set("X-Content-Type-Options", "nosniff");
    result->standing = call.caller.standing;
    return std::move(*result);
}

}  // namespace goetia
