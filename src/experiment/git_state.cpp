#include <array>
#include <memory>
#include <string_view>

#include <git2.h>

#include "experiment/environment.h"

namespace goetia {
namespace {

constexpr std::size_t kLargestDiff = 1 << 20;
constexpr std::size_t kMostUntracked = 100;

template <class T, void (*kFree)(T*)>
struct Owned {
    T* value = nullptr;
    Owned() = default;
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned() {
        if (value != nullptr) kFree(value);
    }
};

struct Library {
    Library() {
        git_libgit2_init();
        // A checkout owned by another user is read, too: nothing in it is ever executed.
        git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    }
    ~Library() { git_libgit2_shutdown(); }
};

// Files that usually contain secrets: their names are recorded, their content is not.
bool holds_secrets(std::string_view path) {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    if (name.starts_with(".env") || name.starts_with("id_rsa") || name.starts_with("id_ed25519")) return true;
    for (const std::string_view end : {".pem", ".key", ".p12", ".pfx", ".keystore", ".netrc"}) {
        if (name.ends_with(end)) return true;
    }
    return name.find("secret") != std::string_view::npos || name.find("credential") != std::string_view::npos ||
           name.find("password") != std::string_view::npos;
}

struct DiffText {
    std::string text;
    bool truncated = false;
};

int add_line(const git_diff_delta* delta, const git_diff_hunk*, const git_diff_line* line, void* into) {
    auto& diff = *static_cast<DiffText*>(into);
    const bool header = line->origin == GIT_DIFF_LINE_FILE_HDR;
    if (!header && delta->new_file.path != nullptr && holds_secrets(delta->new_file.path)) return 0;
    if (diff.text.size() + line->content_len + 1 > kLargestDiff) {
        diff.truncated = true;
        return 0;
    }
    if (line->origin == GIT_DIFF_LINE_CONTEXT || line->origin == GIT_DIFF_LINE_ADDITION ||
        line->origin == GIT_DIFF_LINE_DELETION)
        diff.text.push_back(line->origin);
    diff.text.append(line->content, line->content_len);
    return 0;
}

Json untracked_files(git_repository* repository) {
    Json names = Json::array();
    git_status_options options = GIT_STATUS_OPTIONS_INIT;
    options.show = GIT_STATUS_SHOW_WORKDIR_ONLY;
    options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED;
    Owned<git_status_list, git_status_list_free> list;
    if (git_status_list_new(&list.value, repository, &options) != 0) return names;
    for (std::size_t i = 0; i < git_status_list_entrycount(list.value) && names.size() < kMostUntracked; ++i) {
        const git_status_entry* entry = git_status_byindex(list.value, i);
        if ((entry->status & GIT_STATUS_WT_NEW) != 0) names.push_back(entry->index_to_workdir->new_file.path);
    }
    return names;
}

void add_head(Json& state, git_repository* repository, Owned<git_tree, git_tree_free>& tree) {
    Owned<git_reference, git_reference_free> head;
    if (git_repository_head(&head.value, repository) != 0) return;  // no commit yet
    if (git_repository_head_detached(repository) != 1) state["branch"] = git_reference_shorthand(head.value);
    Owned<git_object, git_object_free> commit;
    if (git_reference_peel(&commit.value, head.value, GIT_OBJECT_COMMIT) != 0) return;
    std::array<char, GIT_OID_HEXSZ + 1> hex{};
    state["commit"] = git_oid_tostr(hex.data(), hex.size(), git_object_id(commit.value));
    git_commit_tree(&tree.value, reinterpret_cast<git_commit*>(commit.value));
}

// The changed files of the tree, without their content.
bool find_changes(git_repository* repository, git_tree* tree, Owned<git_diff, git_diff_free>& diff) {
    return git_diff_tree_to_workdir_with_index(&diff.value, repository, tree, nullptr) == 0;
}

void add_diff(Json& state, git_repository* repository, git_tree* tree) {
    Owned<git_diff, git_diff_free> diff;
    if (!find_changes(repository, tree, diff)) return;
    DiffText text;
    git_diff_print(diff.value, GIT_DIFF_FORMAT_PATCH, add_line, &text);
    state["dirty"] = git_diff_num_deltas(diff.value) > 0;
    state["diff"] = text.text;
    state["diff_truncated"] = text.truncated;
}

bool open_around(const std::filesystem::path& folder, Owned<git_repository, git_repository_free>& repository) {
    return git_repository_open_ext(&repository.value, folder.c_str(), 0, nullptr) == 0;
}

}  // namespace

Json git_head(const std::filesystem::path& folder) {
    const Library library;
    Owned<git_repository, git_repository_free> repository;
    if (!open_around(folder, repository)) return nullptr;
    Json state{{"commit", nullptr}, {"branch", nullptr}, {"dirty", nullptr}};
    Owned<git_tree, git_tree_free> tree;
    add_head(state, repository.value, tree);
    Owned<git_diff, git_diff_free> diff;
    if (find_changes(repository.value, tree.value, diff)) state["dirty"] = git_diff_num_deltas(diff.value) > 0;
    return state;
}

Json git_state(const std::filesystem::path& folder) {
    const Library library;
    Owned<git_repository, git_repository_free> repository;
    if (!open_around(folder, repository)) return nullptr;
    const char* root = git_repository_workdir(repository.value);
    if (root == nullptr) return nullptr;  // a bare repository has no working files
    Json state{{"repository", root}, {"commit", nullptr},       {"branch", nullptr},         {"dirty", nullptr},
               {"diff", nullptr},    {"diff_truncated", false}, {"untracked", Json::array()}};
    Owned<git_tree, git_tree_free> tree;
    add_head(state, repository.value, tree);
    add_diff(state, repository.value, tree.value);
    state["untracked"] = untracked_files(repository.value);
    return state;
}

}  // namespace goetia
