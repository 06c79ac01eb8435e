// A route of the API as one value, from which everything else follows: the router, the validation, the check of the
// permission, the OpenAPI document. One cannot be made without a permission.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "component/schema.h"
#include "net/http.h"
#include "net/http_reader.h"
#include "net/shape.h"
#include "net/standing.h"
#include "net/websocket.h"

namespace goetia {

// What a caller must be allowed. `role`: only callers with this role have it.
struct Permission {
    std::string_view name;  // "tasks.read"
    std::string_view role = {};
    friend bool operator==(const Permission&, const Permission&) = default;
};
inline constexpr Permission kForEverybody{"everybody"};  // nobody is asked who they are

// Who asks, as the guard found out.
struct Caller {
    std::string id;    // of the user or node
    std::string name;  // for people
    std::string role;  // "super_admin", "trainer", "node"
    // The permissions that what he came with is limited to; none: all that he may.
    std::shared_ptr<const std::set<std::string, std::less<>>> scopes;
    std::string credential;              // id of the session or token that he came with; empty: it has none
    std::shared_ptr<Standing> standing;  // of it; none: it cannot end
};

// One request whose permission and fields have been checked.
struct RouteCall {
    HttpRequest request;
    Caller caller;
    std::string request_id;
    std::shared_ptr<const Json> path, query,
        body;  // with every default filled in; body: null where the route takes none

    [[nodiscard]] std::string path_text(const std::string& name) const;
    [[nodiscard]] std::string query_text(const std::string& name) const;  // empty for null
    [[nodiscard]] std::int64_t query_integer(const std::string& name) const;
};

using RouteAnswer = std::function<void(Result<HttpResponse>)>;

class Route {
  public:
    Route(std::string_view method, std::string_view path, Permission permission, std::string_view sentence);
    ~Route();
    Route(const Route&);
    Route(Route&&) noexcept;
    Route& operator=(const Route&) = delete;

    // What it takes. Parts of the path in braces are texts unless they are described.
    Route&& in_path(const ParamBuilder& param) &&;
    Route&& in_query(const ParamBuilder& param) &&;
    Route&& takes(Schema body) &&;                                       // a JSON document
    Route&& takes_bytes(std::uint64_t limit, std::string_view what) &&;  // in call.request.body
    // A body that is taken while it arrives. The sink is made once the head is checked; the function finds it by its
    // call's request_id or by what the sink knows of itself.
    using MakeSink = std::function<Result<std::shared_ptr<BodySink>>(const RouteCall& call)>;
    Route&& takes_stream(std::uint64_t limit, std::string_view what, MakeSink sink) &&;

    // What it answers, for the OpenAPI document.
    Route&& answers(int status, Shape document) &&;
    Route&& answers_list(Shape item) &&;  // {"items": [...], "total": N, "next": cursor}, or CSV
    Route&& answers_bytes(std::string_view content_type, std::string_view what) &&;

    // What it does: at once, on the thread of the connection, which must not wait for anything ...
    Route&& does(std::function<void(const RouteCall&, RouteAnswer)> function) &&;
    // ... or on a thread where it may wait for the disk.
    Route&& works(std::function<Result<HttpResponse>(const RouteCall&)> function) &&;
    using StreamWork = std::function<Result<HttpResponse>(const RouteCall&, const std::shared_ptr<BodySink>&)>;
    Route&& works_on_stream(StreamWork function) &&;
    // ... or as a WebSocket.
    Route&& opens(std::function<void(const RouteCall&, std::shared_ptr<WebSocket>)> function,
                  std::uint64_t message_limit) &&;

    struct Description;
    [[nodiscard]] const Description& described() const { return *description_; }

  private:
    std::shared_ptr<Description> description_;  // never changed once the route is in a list
};

struct Route::Description {
    std::string method, path, sentence;
    Permission permission;
    Schema path_schema, query_schema;
    std::optional<Schema> body;
    std::string bytes_taken;  // what they are; empty: none
    std::uint64_t body_limit = 1024 * 1024;
    MakeSink sink;

    int answer_status = 200;
    std::optional<Shape> answer;
    bool answers_list = false;
    std::string answer_type = "application/json", answer_words;

    std::function<void(const RouteCall&, RouteAnswer)> function;
    std::function<Result<HttpResponse>(const RouteCall&)> work;
    StreamWork stream_work;
    std::function<void(const RouteCall&, std::shared_ptr<WebSocket>)> open;
};

}  // namespace goetia
