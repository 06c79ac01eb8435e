#include "master/service/world_json.h"

#include <concepts>

#include "base/json.h"

namespace goetia {
namespace {

template <class Record>
struct MembersOf {};

// NOLINTBEGIN(readability-identifier-naming)
template <>
struct MembersOf<TaskNeeds> {
    static void each(auto&& visit) {
        using R = TaskNeeds;
        visit("nodes", &R::nodes), visit("gpus", &R::gpus), visit("gpu_memory", &R::gpu_memory);
        visit("cores", &R::cores), visit("memory", &R::memory), visit("labels", &R::labels);
        visit("libtorch", &R::libtorch), visit("cuda", &R::cuda), visit("driver", &R::driver);
        visit("glibc", &R::glibc), visit("processor", &R::processor);
    }
};

template <>
struct MembersOf<TaskLimits> {
    static void each(auto&& visit) {
        using R = TaskLimits;
        visit("soft", &R::soft), visit("hard", &R::hard), visit("lost_after", &R::lost_after);
        visit("retries", &R::retries);
    }
};

template <>
struct MembersOf<HeldCheckpoint> {
    static void each(auto&& visit) {
        using R = HeldCheckpoint;
        visit("sha256", &R::sha256), visit("bytes", &R::bytes), visit("step", &R::step);
    }
};

template <>
struct MembersOf<TaskProgress> {
    static void each(auto&& visit) {
        using R = TaskProgress;
        visit("step", &R::step), visit("steps", &R::steps), visit("first_step", &R::first_step);
        visit("first", &R::first), visit("last", &R::last);
    }
};

template <>
struct MembersOf<PoolTask> {
    static void each(auto&& visit) {
        using R = PoolTask;
        visit("id", &R::id), visit("user", &R::user), visit("priority", &R::priority), visit("needs", &R::needs);
        visit("limits", &R::limits), visit("noop", &R::noop), visit("preemptible", &R::preemptible);
        visit("budget", &R::budget), visit("like", &R::like), visit("state", &R::state), visit("reason", &R::reason);
        visit("intent", &R::intent), visit("queued", &R::queued), visit("not_before", &R::not_before);
        visit("fence", &R::fence), visit("attempts", &R::attempts), visit("faults", &R::faults);
        visit("ran", &R::ran), visit("spent", &R::spent), visit("checkpoint", &R::checkpoint);
        visit("progress", &R::progress);
    }
};

template <>
struct MembersOf<AttemptExit> {
    static void each(auto&& visit) {
        using R = AttemptExit;
        visit("kind", &R::kind), visit("code", &R::code), visit("signal", &R::signal), visit("rank", &R::rank);
        visit("reason", &R::reason), visit("stopped", &R::stopped);
    }
};

template <>
struct MembersOf<AttemptPart> {
    static void each(auto&& visit) {
        using R = AttemptPart;
        visit("node", &R::node), visit("gpus", &R::gpus), visit("cores", &R::cores), visit("memory", &R::memory);
        visit("first_rank", &R::first_rank), visit("ranks", &R::ranks), visit("phase", &R::phase);
        visit("exit", &R::exit), visit("streams_whole", &R::streams_whole), visit("objects_whole", &R::objects_whole);
        visit("lost", &R::lost), visit("released", &R::released);
    }
};

template <>
struct MembersOf<Attempt> {
    static void each(auto&& visit) {
        using R = Attempt;
        visit("fence", &R::fence), visit("task", &R::task), visit("number", &R::number), visit("resume", &R::resume);
        visit("wish", &R::wish), visit("wish_number", &R::wish_number), visit("cause", &R::cause);
        visit("cause_text", &R::cause_text), visit("placed", &R::placed), visit("started", &R::started);
        visit("paused", &R::paused), visit("asked", &R::asked), visit("exited", &R::exited);
        visit("first_bad", &R::first_bad), visit("settled", &R::settled), visit("cost", &R::cost);
        visit("charged", &R::charged), visit("parts", &R::parts);
    }
};

template <>
struct MembersOf<PoolGpu> {
    static void each(auto&& visit) {
        using R = PoolGpu;
        visit("uuid", &R::uuid), visit("name", &R::name), visit("memory", &R::memory), visit("foreign", &R::foreign);
        visit("fault", &R::fault);
    }
};

template <>
struct MembersOf<PoolNode> {
    static void each(auto&& visit) {
        using R = PoolNode;
        visit("id", &R::id), visit("name", &R::name), visit("price", &R::price), visit("drain", &R::drain);
        visit("labels", &R::labels), visit("given_labels", &R::given_labels), visit("libtorch", &R::libtorch);
        visit("cuda", &R::cuda), visit("driver", &R::driver), visit("glibc", &R::glibc);
        visit("processor", &R::processor), visit("cores", &R::cores), visit("memory", &R::memory);
        visit("gpus", &R::gpus);
    }
};

template <>
struct MembersOf<PoolUser> {
    static void each(auto&& visit) {
        using R = PoolUser;
        visit("id", &R::id), visit("budget", &R::budget), visit("spent", &R::spent), visit("use", &R::use);
    }
};

template <>
struct MembersOf<LikeRuns> {
    static void each(auto&& visit) { visit("mean", &LikeRuns::mean), visit("count", &LikeRuns::count); }
};
// NOLINTEND(readability-identifier-naming)

template <class T>
concept HasMembers = requires { MembersOf<T>::each([](const char*, auto) {}); };

std::string_view word_of(Intent intent) {
    switch (intent) {
        case Intent::kRun: return "run";
        case Intent::kPause: return "pause";
        case Intent::kStop: return "stop";
        case Intent::kCancel: return "cancel";
    }
    return "run";
}

template <class E>
std::string_view enum_word(E value) {
    if constexpr (std::is_same_v<E, Intent>) return word_of(value);
    else return name_of(value);
}

constexpr int last_value(Intent) { return static_cast<int>(Intent::kCancel); }
constexpr int last_value(EndCause) { return static_cast<int>(EndCause::kGangBroken); }
template <class E>
constexpr int last_value(E value) {
    return static_cast<int>(last_of(value));
}

template <class T>
Json written_value(const T& value);

template <class T>
constexpr bool kIsVector = false;
template <class T>
constexpr bool kIsVector<std::vector<T>> = true;

template <class T>
constexpr bool kIsOptional = requires(const T& value) { value.has_value(); };

template <HasMembers Record>
Json written_record(const Record& record) {
    const Record plain{};
    Json json = Json::object();
    MembersOf<Record>::each([&](const char* key, auto member) {
        using Value = std::remove_cvref_t<decltype(record.*member)>;
        if constexpr (kIsOptional<Value>) {
            if (!(record.*member).has_value()) return;
        } else if constexpr (std::equality_comparable<Value> && !kIsVector<Value>) {
            if (record.*member == plain.*member) return;
        }
        Json value = written_value(record.*member);
        // Of a struct that is all defaults nothing is written; that an optional one is there says something.
        if (kIsOptional<Value> || !value.empty()) json[key] = std::move(value);
    });
    return json;
}

template <class T>
Json written_value(const T& value) {
    if constexpr (std::is_enum_v<T>) return enum_word(value);
    else if constexpr (HasMembers<T>) return written_record(value);
    else if constexpr (kIsOptional<T>) return value ? written_value(*value) : Json();
    else if constexpr (kIsVector<T>) {
        Json list = Json::array();
        for (const auto& one : value) list.push_back(written_value(one));
        return list;
    } else return value;
}

template <class T>
void read_value(const Json& json, T& value);

template <HasMembers Record>
void read_record(const Json& json, Record& record) {
    MembersOf<Record>::each([&](const char* key, auto member) {
        if (const auto found = json.find(key); found != json.end()) read_value(*found, record.*member);
    });
}

template <class T>
void read_value(const Json& json, T& value) {
    if constexpr (std::is_enum_v<T>) {
        const auto word = json.template get<std::string>();
        for (int i = 0; i <= last_value(T{}); ++i) {
            if (enum_word(static_cast<T>(i)) == word) value = static_cast<T>(i);
        }
    } else if constexpr (HasMembers<T>) {
        read_record(json, value);
    } else if constexpr (kIsOptional<T>) {
        if (!json.is_null()) read_value(json, value.emplace());
    } else if constexpr (kIsVector<T>) {
        value.clear();
        for (const Json& one : json) read_value(one, value.emplace_back());
    } else {
        value = json.template get<T>();
    }
}

template <class Record>
Status read_checked(const Json& json, const std::string& subject, Record& record) {
    try {
        read_record(json, record);
        return {};
    } catch (const Json::exception& error) {
        return invalid("the store's row of {} cannot be read: {}", subject, error.what());
    }
}

}  // namespace

Json world_json(const PoolTask& task) { return written_record(task); }
Json world_json(const Attempt& attempt) { return written_record(attempt); }
Json world_json(const PoolNode& node) { return written_record(node); }
Json world_json(const PoolUser& user) { return written_record(user); }
Json world_json(const LikeRuns& runs) { return written_record(runs); }

Status read_world_json(const Json& json, const std::string& subject, PoolTask& task) {
    return read_checked(json, subject, task);
}
Status read_world_json(const Json& json, const std::string& subject, Attempt& attempt) {
    return read_checked(json, subject, attempt);
}
Status read_world_json(const Json& json, const std::string& subject, PoolNode& node) {
    return read_checked(json, subject, node);
}
Status read_world_json(const Json& json, const std::string& subject, PoolUser& user) {
    return read_checked(json, subject, user);
}
Status read_world_json(const Json& json, const std::string& subject, LikeRuns& runs) {
    return read_checked(json, subject, runs);
}

}  // namespace goetia
