// From a list of routes: which one a request is for, whether its caller may, whether its fields are right, and the
// answer.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "net/request_figures.h"
#include "net/route.h"
#include "net/server.h"
#include "net/work_pool.h"

namespace goetia {

// Whether a caller may.
struct Admission {
    std::optional<Caller> caller;
    int status = 401;      // without a caller: 401 not known, 403 known but not allowed, 404 may not even know of it
    std::string sentence;  // for the answer
};

struct RouterOptions {
    std::function<Admission(const HttpRequest& request, const Permission& permission)> guard;
    // On this machine alone, pages of other origins must not reach the server through a name of their own: the header
    // Host must name this machine.
    bool loopback_only = true;
    // Answers what lies beneath no route's first word ("/api/..."), at once; none: nobody does. Counted as kUnclaimed.
    std::function<std::optional<HttpResponse>(const HttpRequest& request)> unclaimed;
    int threads = 4;                                   // for what waits for the disk
    std::shared_ptr<RequestFigures> figures;           // counts what is answered; none: nobody does
    std::function<void(const std::string& line)> log;  // errors inside, with the request's id
};

class Router {
  public:
    static constexpr const char* kUnclaimed = "GET /{page}";

    // A programming error, found at the start: two routes for one method and path, one without a function.
    static Result<std::shared_ptr<Router>> create(std::vector<Route> routes, RouterOptions options);

    [[nodiscard]] Reception receive(const HttpRequest& head);  // for ServerOptions::receive
    [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }
    void stop() { pool_.stop(); }  // ends what runs

  private:
    Router(std::vector<Route> routes, RouterOptions options);

    // What is worked out once for each route.
    struct Entry {
        std::vector<std::string> pattern;  // "api", "tasks", "{id}"
        Schema path_schema;
        const Route::Description* route = nullptr;
    };
    struct Match {
        const Entry* entry = nullptr;
        std::vector<std::pair<std::string, std::string>> parts;  // of the path
        std::string allowed;                                     // methods, when only the method is wrong
    };
    [[nodiscard]] Result<Match> match(const HttpRequest& head) const;
    [[nodiscard]] std::optional<HttpResponse> unclaimed_answer(const HttpRequest& head,
                                                               const std::string& request_id) const;
    [[nodiscard]] Status check_origin(const HttpRequest& head, int& status) const;
    Reception answer_to(const HttpRequest& head, RouteCall& call, std::string& route);
    Reception accept(const HttpRequest& head, RouteCall call, const Route::Description& route,
                     std::vector<Fault> faults);
    void handle(RouteCall call, const Route::Description& route, std::shared_ptr<BodySink> sink,
                std::vector<Fault> faults, Responder respond);
    void run(const std::shared_ptr<const RouteCall>& call, const Route::Description& route,
             std::shared_ptr<BodySink> sink, const Responder& respond);
    [[nodiscard]] HttpResponse finished(const RouteCall& call, Result<HttpResponse> result) const;

    std::vector<Route> routes_;
    std::vector<Entry> entries_;
    std::set<std::string, std::less<>> first_words_;  // of the routes: "api"
    RouterOptions options_;
    std::string run_;  // distinguishes the requests of this start from those of another
    std::atomic<std::uint64_t> number_{0};
    WorkPool pool_;
};

}  // namespace goetia
