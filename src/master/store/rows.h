// The rows of the store's tables as plain values. Each names its table, how many of its columns (the first ones) are
// the key, and its columns once, the keys first, for reading and writing. Times are seconds since 1970; 0: not yet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace goetia {

struct SettingRow {
    static constexpr std::string_view kTable = "settings";
    static constexpr int kKeys = 1;
    std::string name;
    std::int64_t number = 0;
    std::string text;

    static void each_column(auto& row, auto&& call) {
        call("name", row.name);
        call("number", row.number);
        call("text", row.text);
    }
};

struct UserRow {
    static constexpr std::string_view kTable = "users";
    static constexpr int kKeys = 1;
    std::string id, name, role, password, state;  // password: its Argon2id hash
    double created_at = 0, updated_at = 0;
    std::int64_t version = 0;
    std::string body = "{}";

    static void each_column(auto& row, auto&& call) {
        call("id", row.id);
        call("name", row.name);
        call("role", row.role);
        call("password", row.password);
        call("state", row.state);
        call("created_at", row.created_at);
        call("updated_at", row.updated_at);
        call("version", row.version);
        call("body", row.body);
    }
};

// API tokens, sessions, join tokens of nodes: by the SHA-256 of the secret, which is stored nowhere.
struct TokenRow {
    static constexpr std::string_view kTable = "tokens";
    static constexpr int kKeys = 1;
    std::string hash, id, kind, owner, name, scopes;
    double created_at = 0, expires_at = 0, used_at = 0, revoked_at = 0;

    static void each_column(auto& row, auto&& call) {
        call("hash", row.hash);
        call("id", row.id);
        call("kind", row.kind);
        call("owner", row.owner);
        call("name", row.name);
        call("scopes", row.scopes);
        call("created_at", row.created_at);
        call("expires_at", row.expires_at);
        call("used_at", row.used_at);
        call("revoked_at", row.revoked_at);
    }
};

struct NodeRow {
    static constexpr std::string_view kTable = "nodes";
    static constexpr int kKeys = 1;
    std::string id, name, state;
    double created_at = 0, updated_at = 0;
    std::int64_t version = 0;
    std::string body = "{}";

    static void each_column(auto& row, auto&& call) {
        call("id", row.id);
        call("name", row.name);
        call("state", row.state);
        call("created_at", row.created_at);
        call("updated_at", row.updated_at);
        call("version", row.version);
        call("body", row.body);
    }
};

struct NodeSecretRow {
    static constexpr std::string_view kTable = "node_secrets";
    static constexpr int kKeys = 1;
    std::string hash, node;
    double created_at = 0, revoked_at = 0;

    static void each_column(auto& row, auto&& call) {
        call("hash", row.hash);
        call("node", row.node);
        call("created_at", row.created_at);
        call("revoked_at", row.revoked_at);
    }
};

struct TaskRow {
    static constexpr std::string_view kTable = "tasks";
    static constexpr int kKeys = 1;
    std::string id, state;
    bool is_live = true;  // not yet at its end: loaded at the start
    std::string owner, name;
    std::int64_t priority = 0;
    std::string experiment;
    double created_at = 0, updated_at = 0;
    std::int64_t version = 0;
    std::string body = "{}";
    std::string sweep = {};  // that it is a job of; empty: of none

    static void each_column(auto& row, auto&& call) {
        call("id", row.id);
        call("state", row.state);
        call("is_live", row.is_live);
        call("owner", row.owner);
        call("name", row.name);
        call("priority", row.priority);
        call("experiment", row.experiment);
        call("created_at", row.created_at);
        call("updated_at", row.updated_at);
        call("version", row.version);
        call("body", row.body);
        call("sweep", row.sweep);
    }
};

struct AttemptRow {
    static constexpr std::string_view kTable = "attempts";
    static constexpr int kKeys = 1;
    std::int64_t fence = 0;
    std::string task, node, state;
    bool is_live = true;
    double created_at = 0, updated_at = 0;
    std::string body = "{}";

    static void each_column(auto& row, auto&& call) {
        call("fence", row.fence);
        call("task", row.task);
        call("node", row.node);
        call("state", row.state);
        call("is_live", row.is_live);
        call("created_at", row.created_at);
        call("updated_at", row.updated_at);
        call("body", row.body);
    }
};

struct ExperimentRow {
    static constexpr std::string_view kTable = "experiments";
    static constexpr int kKeys = 1;
    std::string id, name, state, task, owner;
    double created_at = 0, updated_at = 0;
    std::int64_t version = 0;
    std::string tags = "[]";  // a JSON array
    std::string body = "{}";
    std::string notes;
    bool archived = false;           // listed only when asked for
    std::string ancestor, relation;  // the experiment that it came from, and how; empty: from none

    static void each_column(auto& row, auto&& call) {
        call("id", row.id);
        call("name", row.name);
        call("state", row.state);
        call("task", row.task);
        call("owner", row.owner);
        call("created_at", row.created_at);
        call("updated_at", row.updated_at);
        call("version", row.version);
        call("tags", row.tags);
        call("body", row.body);
        call("notes", row.notes);
        call("archived", row.archived);
        call("ancestor", row.ancestor);
        call("relation", row.relation);
    }
};

// The flattened keys of an experiment's config; written once. The text is that of field_text.h.
struct ExperimentConfigRow {
    static constexpr std::string_view kTable = "experiment_configs";
    static constexpr int kKeys = 1;
    std::string experiment, fields;

    static void each_column(auto& row, auto&& call) {
        call("experiment", row.experiment);
        call("fields", row.fields);
    }
};

// The last and best value of every metric, written as they change: "val/loss", "val/loss.best", "val/loss.step".
struct ExperimentMetricsRow {
    static constexpr std::string_view kTable = "experiment_metrics";
    static constexpr int kKeys = 1;
    std::string experiment, fields;

    static void each_column(auto& row, auto&& call) {
        call("experiment", row.experiment);
        call("fields", row.fields);
    }
};

struct StreamRow {
    static constexpr std::string_view kTable = "streams";
    static constexpr int kKeys = 2;
    std::int64_t fence = 0;
    std::string name;
    std::int64_t generation = 1, length = 0;
    bool is_whole = false;
    double updated_at = 0;

    static void each_column(auto& row, auto&& call) {
        call("fence", row.fence);
        call("name", row.name);
        call("generation", row.generation);
        call("length", row.length);
        call("is_whole", row.is_whole);
        call("updated_at", row.updated_at);
    }
};

// An object that came from an attempt; it goes when no artifact and no task needs it.
struct ObjectRow {
    static constexpr std::string_view kTable = "objects";
    static constexpr int kKeys = 1;
    std::string hash;
    std::int64_t bytes = 0;
    std::string owner;
    double created_at = 0;

    static void each_column(auto& row, auto&& call) {
        call("hash", row.hash);
        call("bytes", row.bytes);
        call("owner", row.owner);
        call("created_at", row.created_at);
    }
};

// A file of an experiment that is an object; the objects' references are counted from these.
struct ArtifactRow {
    static constexpr std::string_view kTable = "artifacts";
    static constexpr int kKeys = 2;
    std::string experiment, path, hash;
    std::int64_t bytes = 0;
    std::string kind;
    double created_at = 0;

    static void each_column(auto& row, auto&& call) {
        call("experiment", row.experiment);
        call("path", row.path);
        call("hash", row.hash);
        call("bytes", row.bytes);
        call("kind", row.kind);
        call("created_at", row.created_at);
    }
};

// What was answered to an Idempotency-Key.
struct RequestRow {
    static constexpr std::string_view kTable = "requests";
    static constexpr int kKeys = 2;
    std::string owner, key, hash, answer;
    double created_at = 0;

    static void each_column(auto& row, auto&& call) {
        call("owner", row.owner);
        call("key", row.key);
        call("hash", row.hash);
        call("answer", row.answer);
        call("created_at", row.created_at);
    }
};

struct AuditRow {
    static constexpr std::string_view kTable = "audit";
    static constexpr int kKeys = 1;
    std::int64_t number = 0;  // given by the store, as the hash
    double time = 0;
    std::string actor, action, subject, detail;
    std::string hash;  // of this row and the one before

    static void each_column(auto& row, auto&& call) {
        call("number", row.number);
        call("time", row.time);
        call("actor", row.actor);
        call("action", row.action);
        call("subject", row.subject);
        call("detail", row.detail);
        call("hash", row.hash);
    }
};

}  // namespace goetia
